import { FirecampError } from '../../common/domain/errors.ts';
import type { AddressesByZone, ClusterNetwork, TakenAddresses } from './cluster-network.ts';
import { reserveCommand, type ZoneFault, zoneFaults } from './zone-faults.ts';

/**
 * Whether the zones can hold the members: a usable node in each, and where addresses are needed a subnet, a reservation of ours where the
 * nodes are, and enough free addresses in it.
 *
 * @throws FirecampError with every fault of every zone in its message: FC-NET-001 (no usable node), FC-NET-002 (no subnet), FC-NET-003 (no
 * reservation of ours) or FC-NET-004 (too few addresses); of several kinds the lowest code
 */
export function checkZones(network: ClusterNetwork, needed: AddressesByZone, taken: TakenAddresses): void {
  const faults = zoneFaults(network, needed, taken);
  if (faults.length > 0) throw cannotHold(faults);
}

function cannotHold(faults: readonly ZoneFault[]): FirecampError {
  const [code = 'FC-NET-001'] = faults.map((fault) => fault.code).sort();
  const texts = faults.map(({ text }) => text);
  const message =
    texts.length === 1 ? `Zone ${texts[0]}.` : `The zones cannot hold the members:\n- ${texts.join('\n- ')}`;
  const remedy = reserveCommand(faults);
  const told = remedy === undefined ? message : `${message}\nReserve them: ${remedy}`;
  const fields = { zones: [...new Set(faults.map(({ zone }) => zone))], faults: texts };
  return new FirecampError(code, told, { fields });
}
