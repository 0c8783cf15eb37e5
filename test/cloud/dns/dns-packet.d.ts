/** The slice of dns-packet that is used here; the package brings no types. */
declare module 'dns-packet' {
  export interface Question {
    readonly name: string;
    readonly type: string;
    readonly class?: string;
  }

  export interface SrvData {
    readonly priority: number;
    readonly weight: number;
    readonly port: number;
    readonly target: string;
  }

  export interface MxData {
    readonly preference: number;
    readonly exchange: string;
  }

  export interface SoaData {
    readonly mname: string;
    readonly rname: string;
    readonly serial: number;
    readonly refresh: number;
    readonly retry: number;
    readonly expire: number;
    readonly minimum: number;
  }

  export interface Answer {
    readonly name: string;
    readonly type: string;
    readonly ttl?: number;
    readonly data?: string | readonly (string | Uint8Array)[] | SrvData | MxData | SoaData;
    /** of an OPT record */
    readonly udpPayloadSize?: number;
    readonly flags?: number;
    readonly options?: readonly object[];
  }

  export interface Packet {
    readonly type?: 'query' | 'response';
    readonly id?: number;
    readonly flags?: number;
    readonly questions?: readonly Question[];
    readonly answers?: readonly Answer[];
    readonly authorities?: readonly Answer[];
    readonly additionals?: readonly Answer[];
  }

  export interface DecodedPacket extends Required<Packet> {
    readonly rcode: string;
    readonly flag_tc: boolean;
    readonly flag_ra: boolean;
    readonly flag_aa: boolean;
  }

  export const RECURSION_DESIRED: number;
  export const RECURSION_AVAILABLE: number;
  export const TRUNCATED_RESPONSE: number;
  /** Throws on what is no packet. */
  export function decode(buffer: Uint8Array): DecodedPacket;
  export function encode(packet: Packet): Buffer;
}
