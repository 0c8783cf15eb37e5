/** What is compared of a member: who owns its address, who has it in EC2, where its name leads, which pods there are. */
export type Layer = 'record' | 'ec2' | 'dns' | 'kubernetes';
