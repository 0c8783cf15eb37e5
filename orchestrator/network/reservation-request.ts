/** A range to be kept for members' addresses. At least one of subnet, zone and range says where. */
export interface ReservationRequest {
  readonly zone?: string;
  readonly subnetId?: string;
  /** The range itself, in CIDR form; without it a free block of the size is chosen. */
  readonly cidr?: string;
  /** How many addresses the block shall have at least, rounded up to a power of two; 64 without. Not with `cidr`. */
  readonly addresses?: number;
}

/** How many addresses a block has where nobody says: room for some services, and a quarter of a /24. */
const usualSize = 64;

/** Prefix length of the smallest block with so many addresses. */
export function prefixLengthFor(addresses = usualSize): number {
  return 32 - Math.ceil(Math.log2(addresses));
}
