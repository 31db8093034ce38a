/**
 * Attacks from inside an instance, as shell scripts: on files, on processes, on the network, and on rights. They assume
 * that the engine itself is already overcome, so they test the isolation around its process; attacks on the engines are
 * in files of their own. Without any isolation, each attack must succeed (except `isHopeless`), which
 * `process-wall.test.ts` shows as well.
 */

import type { InstanceFolder } from '../../src/compute/local/host/instance-folder.ts'
import { secretFiles } from './host.ts'

/** The targets of an attack: paths, processes and addresses of others. */
export type Surroundings = Readonly<{
  service: string
  own: InstanceFolder
  victim: Readonly<{ id: string; folders: InstanceFolder; pid: number; port: number }>
  servicePid: number
  /** A TCP port on which a program listens, as the API does. */
  apiPort: number
  /** The name of abstract Unix sockets, of shared memory and of a message queue on the machine. */
  name: string
  sharedMemoryKey: number
}>

export type Attack = Readonly<{
  guarantee: string
  /** A shell script that prints a line with WON if it succeeds. */
  script(around: Surroundings): string
  /** True if the attack fails even without isolation, because the system itself prevents it. */
  isHopeless?: boolean
}>

const calls = {
  x64: { clone: 56, ptrace: 101, keyctl: 250, add_key: 248, mq_open: 240, mount: 165, process_vm_readv: 310 },
  arm64: { clone: 220, ptrace: 117, keyctl: 219, add_key: 217, mq_open: 180, mount: 40, process_vm_readv: 270 },
}[process.arch as 'x64' | 'arm64']
const later = { io_uring_setup: 425, open_tree: 428, fsopen: 430, clone3: 435 }

/** Perl is part of every Debian, and can make any system call. */
export const perl = (code: string) => `perl -MSocket -MFcntl -e '${code}'`
const won = (condition: string) => `print "WON $!\\n" if ${condition};`
const isWon = (command: string) => `{ ${command} ; } && echo WON`
const each = (commands: readonly string[]) => commands.map(isWon).join('\n')

const read = (path: string) => `cat '${path}' > /dev/null`
const readAll = (paths: readonly string[]) => each(paths.map(read))

const filesOf = ({ home, data, settings, log, process, lock }: InstanceFolder) =>
  [settings, log, process, lock, `${home}/pg_hba.conf`, `${data}/treasure`].map(path => `'${path}'`)

const openSocket = (family: number, type: number, protocol = 0) => won(`socket(my $s, ${family}, ${type}, ${protocol})`)

/** A grep pattern for a text that does not match its own command line. */
const unlikeItself = (text: string) => `'[${text[0]}]${text.slice(1)}'`

const files: readonly Attack[] = [
  {
    guarantee: 'cannot read the secrets of the service',
    script: ({ service }) => readAll(secretFiles.map(name => `${service}/${name}`)),
  },
  {
    guarantee: 'cannot read files that only root may read',
    script: () => readAll(['/etc/shadow', '/etc/gshadow']),
    isHopeless: true,
  },
  {
    guarantee: 'cannot read files of another instance: data, log, settings, process, lock',
    script: ({ victim }) => each([...filesOf(victim.folders).map(path => `cat ${path}`), `ls ${victim.folders.data}`]),
  },
  {
    guarantee: 'cannot see which other instances exist',
    script: ({ service, victim }) =>
      each([`ls ${service}/instances | grep ${victim.id}`, `test -d ${victim.folders.home}`]),
  },
  {
    guarantee: 'cannot write or remove files outside its own folders',
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
    guarantee: 'cannot change its own settings, access rules, process record and log',
    script: ({ own }) =>
      each([
        ...filesOf(own)
          .slice(0, -1)
          .flatMap(path => [`test -e ${path} && echo >> ${path}`, `chmod 666 ${path}`, `rm ${path}`]),
        `truncate -s 0 '${own.log}'`,
        // The log may be open as a file, and not only through a socket.
        'for f in /proc/self/fd/1 /proc/1/fd/1 /proc/1/fd/2; do test -f $f && truncate -s 0 $f && echo WON; done; false',
      ]),
  },
  {
    guarantee: 'cannot add programs to the machine',
    script: () => each(['/usr', '/usr/bin', '/usr/local/bin', '/etc', '/dev'].map(folder => `touch ${folder}/planted`)),
    isHopeless: true,
  },
]

const rights: readonly Attack[] = [
  {
    guarantee: 'cannot make user namespaces',
    script: () =>
      [
        each(['unshare -U true', 'unshare -Ur true']),
        perl(`my $p = syscall(${calls.clone}, 0x10000011, 0, 0, 0, 0); ${won('$p >= 0')} exit if !$p;`),
        perl(`my $a = pack("Q8", 0x10000000, 0, 0, 0, 17, 0, 0, 0);
          my $p = syscall(${later.clone3}, $a, 64); ${won('$p >= 0')} exit if !$p;`),
      ].join('\n'),
  },
  {
    guarantee: 'cannot mount or unmount file systems',
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
    guarantee: 'cannot become another user through a setuid program',
    script: ({ own }) => each([`test "$('${own.data}/lent' -u)" = 0`]),
  },
  {
    guarantee: 'cannot trace processes or read the memory of others',
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
    guarantee: 'cannot access the keys that the kernel stores',
    script: () =>
      perl(`my ($t, $n, $d) = ("user", "planted", "x"); ${won(`syscall(${calls.add_key}, $t, $n, $d, 1, -4) >= 0`)}
        ${won(`syscall(${calls.keyctl}, 0, -4, 1) >= 0`)} ${won(`syscall(${calls.keyctl}, 0, -3, 0) >= 0`)}`),
  },
  {
    guarantee: 'cannot use io_uring, which the filter does not see',
    script: () => perl(`my $p = "\\0" x 120; ${won(`syscall(${later.io_uring_setup}, 4, $p) >= 0`)}`),
  },
]

const processes: readonly Attack[] = [
  {
    guarantee: 'cannot see processes of the machine, of the service or of another instance',
    script: ({ victim, service }) => `
      cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\\0' ' ' | grep -q -e ${unlikeItself(victim.id)} -e ${unlikeItself('compute-process')} && echo WON
      ls -d /proc/${victim.pid}/root${victim.folders.home} && echo WON
      cat /proc/[0-9]*/mountinfo | grep -v "$(basename "$PWD")" | grep -q '${service}/secret' && echo WON
      ls -l /proc/*/cwd /proc/*/exe 2> /dev/null | grep -q ${unlikeItself('compute-process')} && echo WON`,
  },
  {
    guarantee: 'cannot read the environment of others, and has no variables of the service in its own',
    script: () => `cat /proc/[0-9]*/environ 2> /dev/null | tr '\\0' '\\n' | grep TROVE && echo WON`,
  },
  {
    guarantee: 'cannot signal processes of the machine, of the service or of another instance',
    script: ({ victim, servicePid }) =>
      each(
        [victim.pid, servicePid].map(
          pid =>
            `grep -q -e ${unlikeItself(victim.id)} -e ${unlikeItself('compute-process')} /proc/${pid}/cmdline && kill -0 ${pid}`,
        ),
      ),
  },
  {
    guarantee: 'cannot access shared memory and message queues of the machine',
    script: ({ name, sharedMemoryKey }) =>
      [
        each([`ls /dev/shm/${name}`]),
        perl(`${won(`defined shmget(${sharedMemoryKey}, 0, 0)`)} my $n = "${name}";
          ${won(`syscall(${calls.mq_open}, $n, 0, 0, 0) >= 0`)}`),
      ].join('\n'),
  },
]

/** The packed address of a port on 127.0.0.1. */
const at = (port: number) => `pack_sockaddr_in(${port}, inet_aton("127.0.0.1"))`
const abstract = (name: string) => `pack("Sa*", 1, "\\0${name}")`

const network: readonly Attack[] = [
  {
    guarantee: 'cannot connect to the service or to another instance over TCP',
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
    guarantee: 'cannot connect by sending with TCP Fast Open',
    script: ({ apiPort }) =>
      perl(
        `socket(my $s, PF_INET, SOCK_STREAM, 0); ${won(`defined send($s, "GET / HTTP/1.0\\r\\n\\r\\n", 0x20000000, ${at(apiPort)})`)}`,
      ),
  },
  {
    guarantee: 'cannot send datagrams, to a name server or any other address',
    script: () =>
      perl(`socket(my $s, PF_INET, SOCK_DGRAM, 0) and ${won(`defined send($s, "x", 0, ${at(53)})`)}
        socket(my $t, PF_INET6, SOCK_DGRAM, 0) and print "WON\\n";`),
  },
  {
    guarantee: 'cannot reach Unix sockets of the machine, with or without a file, with streams or datagrams',
    script: ({ name, service }) =>
      perl(`socket(my $s, PF_UNIX, SOCK_STREAM, 0); ${won(`connect($s, ${abstract(name)})`)}
        socket(my $f, PF_UNIX, SOCK_STREAM, 0); ${won(`connect($f, sockaddr_un("${service}/api.sock"))`)}
        socketpair(my $a, my $b, PF_UNIX, SOCK_DGRAM, 0) and ${won(`defined send($a, "x", 0, ${abstract(`${name}-datagrams`)})`)}
        socket(my $d, PF_UNIX, SOCK_DGRAM, 0) and ${won(`defined send($d, "x", 0, ${abstract(`${name}-datagrams`)})`)}`),
  },
  {
    guarantee: 'cannot open sockets other than TCP and Unix streams',
    script: () =>
      perl(
        [
          ...[openSocket(16, 3), openSocket(16, 2), openSocket(38, 5), openSocket(40, 1), openSocket(2, 1, 262)],
          ...[openSocket(2, 2), openSocket(10, 2), openSocket(1, 5), openSocket(1, 2), openSocket(2, 1, 132)],
        ].join(' '),
      ),
  },
  {
    guarantee: 'cannot open raw sockets',
    script: () =>
      perl([openSocket(2, 3, 1), openSocket(2, 3, 255), openSocket(10, 3, 58), openSocket(17, 3, 3)].join(' ')),
    isHopeless: true,
  },
]

export const attacks = { files, rights, processes, network }
