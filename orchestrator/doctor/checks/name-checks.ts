import { type Check, type Finding, fail, type Look, pass, skip, warn } from '../check.ts';
import { known } from '../seen.ts';

const category = 'dns';

/** Share of a zone's records from which on it is told. */
const nearlyFull = 0.9;

/** The private zone of the members' names. */
export const nameChecks: readonly Check[] = [
  {
    id: 'FC-CHK-009',
    category,
    title: 'DNS of the VPC',
    expected: 'enableDnsSupport and enableDnsHostnames, or no private zone is answered from',
    judge: (look) => ifNamed(look, () => judgeVpcDns(look)),
  },
  {
    id: 'FC-CHK-010',
    category,
    title: 'Hosted zone',
    expected: 'a private zone of the domain that the VPC sees, or none, which is made then',
    judge: (look) => ifNamed(look, () => judgeZone(look)),
  },
  {
    id: 'FC-CHK-011',
    category,
    title: 'Room in the hosted zone',
    expected: 'as many more records as members need a name',
    judge: (look) => ifNamed(look, () => judgeRoom(look)),
  },
];

function ifNamed({ plan }: Look, judge: () => Finding): Finding {
  return plan.domain === undefined ? skip(`${plan.what} has no names`) : judge();
}

function judgeVpcDns(look: Look): Finding {
  const { enableDnsSupport, enableDnsHostnames } = known(look.vpcDns);
  if (enableDnsSupport && enableDnsHostnames) return pass('both are on');
  const off = [...(enableDnsSupport ? [] : ['support']), ...(enableDnsHostnames ? [] : ['hostnames'])];
  // One attribute a call (EC2 API reference, ModifyVpcAttribute).
  const commands = off.map((one) => `aws ec2 modify-vpc-attribute --vpc-id ${known(look.vpcId)} --enable-dns-${one}`);
  const names = off.map((one) => (one === 'support' ? 'enableDnsSupport' : 'enableDnsHostnames'));
  return fail(`${names.join(' and ')} off`, commands.join(' && '));
}

function judgeZone(look: Look): Finding {
  const { seen, named } = known(look.zone);
  const vpcId = known(look.vpcId);
  if (seen !== undefined) return pass(`${seen.id} ${seen.name}, seen by ${vpcId}`);
  if (named.length === 0) return pass(`there is no ${look.plan.domain} yet: it is made with the first service`);
  const ids = named.map(({ id }) => id).join(', ');
  const remedy = `aws route53 associate-vpc-with-hosted-zone --hosted-zone-id ${named[0]?.id} --vpc VPCRegion=<region>,VPCId=${vpcId}`;
  return warn(`${vpcId} does not see ${ids}, and would get another zone of the name`, remedy);
}

function judgeRoom(look: Look): Finding {
  const { use } = known(look.zone);
  if (use === undefined) return skip('there is no zone yet');
  const after = use.records + look.plan.names;
  const text = `${use.records} of ${use.most}, and ${look.plan.names} to come`;
  if (after > use.most) return fail(text);
  return after > use.most * nearlyFull ? warn(text) : pass(text);
}
