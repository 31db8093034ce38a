import type { InstanceFolder } from '../../src/compute/local/host/instance-folder.ts'
import { secretFiles } from './host.ts'

/** What an attack finds around it: paths, processes and addresses that are none of its business. */
export type Surroundings = Readonly<{
  service: string
  own: InstanceFolder
  victim: Readonly<{ id: string; folders: InstanceFolder; pid: number; port: number }>
  servicePid: number
  /** Listens on TCP, as the API does. */
  apiPort: number
  /** Of the Unix sockets without a file, of shared memory and of a message queue that the machine has. */
  name: string
  sharedMemoryKey: number
}>

export type Attack = Readonly<{
  guarantee: string
  /** A shell script that writes a line with WON when it got what it wanted. */
  script(around: Surroundings): string
  /** Whether it gets nothing even where no wall is left, since the system itself is against it. */
  isHopeless?: boolean
}>

const calls = {
  x64: { clone: 56, ptrace: 101, keyctl: 250, add_key: 248, mq_open: 240, mount: 165, process_vm_readv: 310 },
  arm64: { clone: 220, ptrace: 117, keyctl: 219, add_key: 217, mq_open: 180, mount: 40, process_vm_readv: 270 },
}[process.arch as 'x64' | 'arm64']
const later = { io_uring_setup: 425, open_tree: 428, fsopen: 430, clone3: 435 }

/** Every Debian has a Perl, which can ask the kernel for anything. */
export const perl = (code: string) => `perl -MSocket -MFcntl -e '${code}'`
const won = (condition: string) => `print "WON $!\\n" if ${condition};`
const isWon = (command: string) => `{ ${command} ; } && echo WON`
const each = (commands: readonly string[]) => commands.map(isWon).join('\n')

const read = (path: string) => `cat '${path}' > /dev/null`
const readAll = (paths: readonly string[]) => each(paths.map(read))

const filesOf = ({ home, data, settings, log, process, lock }: InstanceFolder) =>
  [settings, log, process, lock, `${home}/pg_hba.conf`, `${data}/treasure`].map(path => `'${path}'`)

const openSocket = (family: number, type: number, protocol = 0) => won(`socket(my $s, ${family}, ${type}, ${protocol})`)

/** A pattern that does not match the command line that it stands on. */
const unlikeItself = (text: string) => `'[${text[0]}]${text.slice(1)}'`

const files: readonly Attack[] = [
  {
    guarantee: 'reads no secret of the service',
    script: ({ service }) => readAll(secretFiles.map(name => `${service}/${name}`)),
  },
  {
    guarantee: 'reads no file that only root may read',
    script: () => readAll(['/etc/shadow', '/etc/gshadow']),
    isHopeless: true,
  },
  {
    guarantee: 'reads nothing of another instance: data, log, settings, process, lock',
    script: ({ victim }) => each([...filesOf(victim.folders).map(path => `cat ${path}`), `ls ${victim.folders.data}`]),
  },
  {
    guarantee: 'does not even see which other instances there are',
    script: ({ service, victim }) =>
      each([`ls ${service}/instances | grep ${victim.id}`, `test -d ${victim.folders.home}`]),
  },
  {
    guarantee: 'writes and removes nothing outside of its own folders',
    script: ({ service, victim, own }) =>
      each([
        ...[service, `${service}/instances`, own.home, victim.folders.home, victim.folders.data].map(
          folder => `touch '${folder}/planted'`,
        ),
        ...secretFiles.map(name => `rm '${service}/${name}'`),
        `rm '${victim.folders.data}/treasure'`,
        `mv '${own.data}' '${own.home}/elsewhere'`,
      ]),
  },
  {
    guarantee: 'changes neither its own settings, who gets in, its notes nor its log',
    script: ({ own }) =>
      each([
        ...filesOf(own)
          .slice(0, -1)
          .flatMap(path => [`test -e ${path} && echo >> ${path}`, `chmod 666 ${path}`, `rm ${path}`]),
        `truncate -s 0 '${own.log}'`,
        // The log is open somewhere, if only through a socket.
        'for f in /proc/self/fd/1 /proc/1/fd/1 /proc/1/fd/2; do test -f $f && truncate -s 0 $f && echo WON; done; false',
      ]),
  },
  {
    guarantee: 'adds nothing to the programs of the machine',
    script: () => each(['/usr', '/usr/bin', '/usr/local/bin', '/etc', '/dev'].map(folder => `touch ${folder}/planted`)),
    isHopeless: true,
  },
]

const powers: readonly Attack[] = [
  {
    guarantee: 'makes no user namespace',
    script: () =>
      [
        each(['unshare -U true', 'unshare -Ur true']),
        perl(`my $p = syscall(${calls.clone}, 0x10000011, 0, 0, 0, 0); ${won('$p >= 0')} exit if !$p;`),
        perl(`my $a = pack("Q8", 0x10000000, 0, 0, 0, 17, 0, 0, 0);
          my $p = syscall(${later.clone3}, $a, 64); ${won('$p >= 0')} exit if !$p;`),
      ].join('\n'),
  },
  {
    guarantee: 'mounts nothing, and unmounts nothing',
    script: ({ own }) =>
      [
        each([`mount -t tmpfs none '${own.temporary}'`, `mount --bind /usr '${own.temporary}'`, 'umount -l /usr']),
        each(['mount -o remount,rw /', 'mount -o remount,rw /usr']),
        perl(`my ($t, $n) = ("tmpfs", "/"); ${won(`syscall(${later.fsopen}, $t, 0) >= 0`)}
          ${won(`syscall(${later.open_tree}, -100, $n, 1) >= 0`)}`),
      ].join('\n'),
    isHopeless: true,
  },
  {
    guarantee: 'becomes nobody else by a program that root lent its rights to',
    script: ({ own }) => each([`test "$('${own.data}/lent' -u)" = 0`]),
  },
  {
    guarantee: 'traces no process and reads no memory of others',
    script: ({ victim, servicePid }) =>
      [victim.pid, servicePid]
        .map(pid =>
          perl(`${won(`syscall(${calls.ptrace}, 16, ${pid}, 0, 0) == 0`)} syscall(${calls.ptrace}, 17, ${pid}, 0, 0);
            my $b = "x" x 8; my $v = pack("PQ", $b, 8); my $r = pack("QQ", 4194304, 8);
            ${won(`syscall(${calls.process_vm_readv}, ${pid}, $v, 1, $r, 1, 0) >= 0`)}`),
        )
        .join('\n'),
    isHopeless: true,
  },
  {
    guarantee: 'has no part in the keys that the kernel keeps',
    script: () =>
      perl(`my ($t, $n, $d) = ("user", "planted", "x"); ${won(`syscall(${calls.add_key}, $t, $n, $d, 1, -4) >= 0`)}
        ${won(`syscall(${calls.keyctl}, 0, -4, 1) >= 0`)} ${won(`syscall(${calls.keyctl}, 0, -3, 0) >= 0`)}`),
  },
  {
    guarantee: 'asks nothing of the kernel through a ring that no filter sees',
    script: () => perl(`my $p = "\\0" x 120; ${won(`syscall(${later.io_uring_setup}, 4, $p) >= 0`)}`),
  },
]

const processes: readonly Attack[] = [
  {
    guarantee: 'sees no process of the machine, of the service or of another instance',
    script: ({ victim, service }) => `
      cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\\0' ' ' | grep -q -e ${unlikeItself(victim.id)} -e ${unlikeItself('compute-process')} && echo WON
      ls -d /proc/${victim.pid}/root${victim.folders.home} && echo WON
      cat /proc/[0-9]*/mountinfo | grep -v "$(basename "$PWD")" | grep -q '${service}/secret' && echo WON
      ls -l /proc/*/cwd /proc/*/exe 2> /dev/null | grep -q ${unlikeItself('compute-process')} && echo WON`,
  },
  {
    guarantee: 'reads no environment of others, and finds nothing of the service in its own',
    script: () => `cat /proc/[0-9]*/environ 2> /dev/null | tr '\\0' '\\n' | grep TROVE && echo WON`,
  },
  {
    guarantee: 'stops no process of the machine, of the service or of another instance',
    script: ({ victim, servicePid }) =>
      each(
        [victim.pid, servicePid].map(
          pid =>
            `grep -q -e ${unlikeItself(victim.id)} -e ${unlikeItself('compute-process')} /proc/${pid}/cmdline && kill -0 ${pid}`,
        ),
      ),
  },
  {
    guarantee: 'shares no memory and no queue with the machine',
    script: ({ name, sharedMemoryKey }) =>
      [
        each([`ls /dev/shm/${name}`]),
        perl(`${won(`defined shmget(${sharedMemoryKey}, 0, 0)`)} my $n = "${name}";
          ${won(`syscall(${calls.mq_open}, $n, 0, 0, 0) >= 0`)}`),
      ].join('\n'),
  },
]

/** Packs an address of 127.0.0.1. */
const at = (port: number) => `pack_sockaddr_in(${port}, inet_aton("127.0.0.1"))`
const abstract = (name: string) => `pack("Sa*", 1, "\\0${name}")`

const network: readonly Attack[] = [
  {
    guarantee: 'reaches neither the service, another instance nor itself over TCP',
    script: ({ apiPort, victim }) =>
      [apiPort, victim.port]
        .flatMap(port => [
          perl(`socket(my $s, PF_INET, SOCK_STREAM, 0); ${won(`connect($s, ${at(port)})`)}`),
          `bash -c ': > /dev/tcp/127.0.0.1/${port}' && echo WON`,
          perl(`socket(my $s, PF_INET6, SOCK_STREAM, 0);
            ${won(`connect($s, pack_sockaddr_in6(${port}, inet_pton(AF_INET6, "::ffff:127.0.0.1")))`)}`),
        ])
        .join('\n'),
  },
  {
    guarantee: 'connects by no way of sending either',
    script: ({ apiPort }) =>
      perl(
        `socket(my $s, PF_INET, SOCK_STREAM, 0); ${won(`defined send($s, "GET / HTTP/1.0\\r\\n\\r\\n", 0x20000000, ${at(apiPort)})`)}`,
      ),
  },
  {
    guarantee: 'sends no datagram, to a name server or anybody else',
    script: () =>
      perl(`socket(my $s, PF_INET, SOCK_DGRAM, 0) and ${won(`defined send($s, "x", 0, ${at(53)})`)}
        socket(my $t, PF_INET6, SOCK_DGRAM, 0) and print "WON\\n";`),
  },
  {
    guarantee: 'reaches no Unix socket of the machine, with a file or without one, not even by datagrams',
    script: ({ name, service }) =>
      perl(`socket(my $s, PF_UNIX, SOCK_STREAM, 0); ${won(`connect($s, ${abstract(name)})`)}
        socket(my $f, PF_UNIX, SOCK_STREAM, 0); ${won(`connect($f, sockaddr_un("${service}/api.sock"))`)}
        socketpair(my $a, my $b, PF_UNIX, SOCK_DGRAM, 0) and ${won(`defined send($a, "x", 0, ${abstract(`${name}-datagrams`)})`)}
        socket(my $d, PF_UNIX, SOCK_DGRAM, 0) and ${won(`defined send($d, "x", 0, ${abstract(`${name}-datagrams`)})`)}`),
  },
  {
    guarantee: 'opens no socket of any kind but TCP and Unix streams',
    script: () =>
      perl(
        [
          ...[openSocket(16, 3), openSocket(16, 2), openSocket(38, 5), openSocket(40, 1), openSocket(2, 1, 262)],
          ...[openSocket(2, 2), openSocket(10, 2), openSocket(1, 5), openSocket(1, 2), openSocket(2, 1, 132)],
        ].join(' '),
      ),
  },
  {
    guarantee: 'opens no raw socket',
    script: () =>
      perl([openSocket(2, 3, 1), openSocket(2, 3, 255), openSocket(10, 3, 58), openSocket(17, 3, 3)].join(' ')),
    isHopeless: true,
  },
]

export const attacks = { files, powers, processes, network }
