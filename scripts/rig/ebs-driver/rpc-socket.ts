import { rm } from 'node:fs/promises';
import { type handleUnaryCall, Server, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';

/** A refusal that kubelet shows in the events of the pod. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers one request; a rejection that is no RpcError is told as INTERNAL. */
type Answer = (request: never) => Promise<object>;

/** A service and its answer to each call, by the call's name. */
export type RpcService = readonly [definition: ServiceDefinition, answers: Readonly<Record<string, Answer>>];

/** A Unix socket that answers. */
export interface RpcSocket {
  /** Cuts whoever is connected off, and takes the socket away. */
  close(): Promise<void>;
}

/** What a Unix socket's path can have (unix(7), `sun_path` without its end). */
const longestPath = 107;

/** Serves on a Unix socket, in place of one that an earlier server left there. */
export async function serveOnSocket(path: string, services: readonly RpcService[]): Promise<RpcSocket> {
  const length = Buffer.byteLength(path);
  if (length > longestPath) {
    throw new Error(
      `the socket ${path} has ${length} bytes in its path and may have ${longestPath}: shorten its folder`,
    );
  }
  await rm(path, { force: true });
  const server = new Server();
  for (const [definition, answers] of services) {
    const entries = Object.entries(answers).map(([name, answer]) => [name, unary(answer)] as const);
    server.addService(definition, Object.fromEntries(entries));
  }
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return {
    async close() {
      server.forceShutdown();
      await rm(path, { force: true });
    },
  };
}

function unary(answer: Answer): handleUnaryCall<object, object> {
  return (call, callback) => {
    // Of the shape that the service's definition gives this call.
    answer(call.request as never).then(
      (reply) => callback(null, reply),
      (error: Error) =>
        callback({ code: error instanceof RpcError ? error.code : status.INTERNAL, details: error.message }),
    );
  };
}
