/** Region of an availability zone, a local zone or a Wavelength zone: what its name begins with. Undefined for what is no zone. */
export function regionOfZone(zone: string): string | undefined {
  return /^[a-z]{2,}(?:-[a-z]+)+-\d+(?=[a-z]$|-)/.exec(zone)?.[0];
}
