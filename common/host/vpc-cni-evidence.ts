import type { HostLink, VpcCniEvidence } from '../ports/host.ts';
import type { RoutingRule } from './ip-json.ts';

/** What was read of the host's network; undefined where it could not be read. */
export interface VpcCniTraces {
  readonly rules: readonly RoutingRule[] | undefined;
  readonly links: readonly HostLink[] | undefined;
  /** Text of /proc/net/tcp. */
  readonly tcpSockets: string | undefined;
}

/** Connection mark of what came in by the primary interface (amazon-vpc-cni-k8s pkg/networkutils/network.go, defaultConnmark). */
const nodePortMark = 0x80;
const mainTable = 254;
/** Host end of a pod's veth: prefix `eni` and 11 hex digits of a SHA-1 (pkg/networkutils/names.go). */
const podLinkName = /^eni[0-9a-f]{11}$/;
/** ipamd's introspection endpoint, 127.0.0.1:61679 (pkg/ipamd/introspect.go), as /proc/net/tcp prints a listening socket. */
const introspectionSocket = /^\s*\d+: 0100007F:F0EF 00000000:0000 0A /m;

/**
 * Whether the Amazon VPC CNI runs the node's network. One trace is enough for `present`; `absent` needs all three to have been looked
 * for, because each can be missing on a node that has the CNI: no pod yet, node ports or introspection switched off.
 */
export function judgeVpcCni(traces: VpcCniTraces): VpcCniEvidence {
  const { rules, links, tcpSockets } = traces;
  const found =
    rules?.some((rule) => rule.fwmark === nodePortMark && rule.fwmask === nodePortMark && rule.table === mainTable) ||
    links?.some((link) => podLinkName.test(link.name)) ||
    (tcpSockets !== undefined && introspectionSocket.test(tcpSockets));
  if (found) return 'present';
  return rules === undefined || links === undefined || tcpSockets === undefined ? 'unknown' : 'absent';
}
