import t from 'tap';
import type { RoutingRule } from '../../../common/host/ip-json.ts';
import { judgeVpcCni } from '../../../common/host/vpc-cni-evidence.ts';

const rule: RoutingRule = { priority: 1024, source: 'all', table: 254, protocol: 0, fwmark: 0x80, fwmask: 0x80 };
const listening =
  '   0: 0100007F:F0EF 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n';
const link = (name: string) => ({ name, mac: '02:00:00:00:00:01', up: true });
const nothing = { rules: [], links: [link('ens5')], tcpSockets: 'sl  local_address rem_address   st\n' };

t.test('takes any one trace as proof, even when the others could not be read', async (t) => {
  const unread = { rules: undefined, links: undefined, tcpSockets: undefined };
  t.equal(judgeVpcCni({ ...unread, rules: [rule] }), 'present');
  t.equal(judgeVpcCni({ ...unread, links: [link('eni0a1b2c3d4e5')] }), 'present');
  t.equal(judgeVpcCni({ ...unread, tcpSockets: listening }), 'present');
});

t.test('says absent only when all three were read and none was there', async (t) => {
  t.equal(judgeVpcCni(nothing), 'absent');
  for (const key of ['rules', 'links', 'tcpSockets'] as const) {
    t.equal(judgeVpcCni({ ...nothing, [key]: undefined }), 'unknown');
  }
});

t.test('is not misled by what only looks like a trace', async (t) => {
  const rules = [
    { ...rule, fwmark: 0x40 },
    { ...rule, fwmask: 0xff },
    { ...rule, table: 100 },
  ];
  const links = ['eni0', 'eni0a1b2c3d4e', 'eni0A1B2C3D4E5', 'xeni0a1b2c3d4e5'].map(link);
  const tcpSockets = [
    listening.replace(' 0A ', ' 01 '),
    listening.replace('F0EF', 'F0EE'),
    listening.replace('0100007F:F0EF 00000000:0000', '0100007F:8000 0100007F:F0EF'),
  ].join('');
  t.equal(judgeVpcCni({ rules, links, tcpSockets }), 'absent');
});
