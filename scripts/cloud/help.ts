/** What `npm run cloud -- --help` says. */
export const HELP = `Usage: npm run cloud -- [options]

Starts a simulated AWS account (EC2, Route 53, STS, Service Quotas, IMDSv2 of each instance, and the resolver of its VPC) and
prints one line of JSON with its endpoints:

  {"region":"...","ec2":"http://...","route53":"http://...","sts":"http://...","servicequotas":"http://...","imds":{"<instance id>":"http://..."},"dns":"host:port"}

It runs until SIGINT or SIGTERM. Requests are signed as for AWS; a topology without principals has one that may do
everything: AWS_ACCESS_KEY_ID=AKIASIMULATEDCLOUD00 AWS_SECRET_ACCESS_KEY=simulated-cloud-secret-of-no-worth-00000

  --topology FILE        JSON of the account's VPCs, subnets, reservations, instances, zones, principals, roles and
                         quotas;
                         default: three nodes in two zones and the private zone demo-firecamp.com
  --host ADDRESS         IP address to listen on; default 127.0.0.1
  --port SERVICE=PORT    ec2, route53, sts, servicequotas or dns; may be repeated; default: a free port each
  --latency MS           round trip of every call, its effect in the middle
  --latency WHAT=B,A     ms before and after the effect, each a number or MIN-MAX, for a service (ec2) or an operation
                         (ec2:AssignPrivateIpAddresses=0,300-600); may be repeated
  --limits               refuse as throttled what is over the published rates of EC2 and Route 53
  --former-limits        the same with Route 53's rate until July 2026, five requests a second
  --visibility-delay MS  how far DescribeNetworkInterfaces is behind; default 0
  --imds-lag MS          how far IMDS is behind EC2; default 0
  --insync MS            from PENDING to INSYNC in Route 53; default 500
  --zone-busy MS         how long a change keeps its zone busy (PriorRequestNotComplete); default 0
  --dns-cache            keep DNS answers for their TTL, missing names too
  --help                 this text
`;
