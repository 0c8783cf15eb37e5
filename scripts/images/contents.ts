/** What is taken out of Debian's packages besides libraries, which the executables themselves name. */
export interface SystemFile {
  readonly package: string;
  readonly source: string;
  readonly target: string;
}

/** Packages of the layer that all images have: what Node's executable needs. gcc-12-base has the licences of GCC's libraries. */
export const systemPackages = ['libc6', 'gcc-12-base', 'libgcc-s1', 'libstdc++6', 'ca-certificates'] as const;

/** Packages of the layer that moves addresses: iproute2's `ip`, iputils' `arping` (the package "arping" would bring 3 MB of D-Bus and systemd). */
export const networkPackages = [
  'iproute2',
  'iputils-arping',
  'libbpf1',
  'libbsd0',
  'libcap2',
  'libelf1',
  'libmd0',
  'libmnl0',
  'zlib1g',
] as const;

export const networkPrograms: readonly SystemFile[] = [
  { package: 'iproute2', source: '/bin/ip', target: '/usr/bin/ip' },
  { package: 'iputils-arping', source: '/usr/bin/arping', target: '/usr/bin/arping' },
];

/** Small files of our own, so that libc can name users and find hosts. */
export const ownSystemFiles: Readonly<Record<string, string>> = {
  '/etc/passwd': 'root:x:0:0:root:/:/sbin/nologin\nfirecamp:x:65532:65532:firecamp:/home/firecamp:/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nfirecamp:x:65532:\n',
  '/etc/nsswitch.conf': 'hosts: files dns\n',
};

/** Where kubelet mounts something: the root file system is read-only, and whoever starts a container need not make them. */
export const mountPoints = ['/data', '/run/firecamp', '/tmp', '/home/firecamp', '/work'] as const;

/** Node has its own authorities built in; this is for `NODE_USE_SYSTEM_CA=1`. */
export const certificatesFile = '/etc/ssl/certs/ca-certificates.crt';
