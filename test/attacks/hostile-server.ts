import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

/**
 * A database server under the full control of a tenant: it runs any command with all the rights of its instance. The
 * driver takes it for Redis or MariaDB, so that the isolation behind each engine can be tested.
 */
const program = `#!/usr/bin/perl
use IO::Socket::INET;
my $words = "@ARGV";
if ($words =~ /--version/) {
  print $0 =~ /redis/ ? "Redis server v=99.0.0 sha=0\\n" : "mariadbd  Ver 99.0.0-MariaDB for hostile\\n";
  exit;
}
exit if $0 =~ /install-db/;
my ($port) = $words =~ /--port[= ](\\d+)/;
# Its commands can write to its log, too.
$^F = 255;
open my $log, '>&', \\*STDERR;
$^F = 2;
$ENV{LOG} = fileno $log;
$SIG{CHLD} = 'IGNORE';
$SIG{TERM} = sub { exit };
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 128, ReuseAddr => 1) or die $!;
while (1) {
  my $client = $server->accept or next;
  my $pid = fork;
  # At the limit of processes, the client gets no reply.
  next if !defined $pid || $pid;
  $SIG{CHLD} = 'DEFAULT';
  close $server;
  syswrite $client, "ready\\n";
  my $command = pack 'H*', scalar(<$client>) =~ s/\\s//gr;
  exit if $command eq '';
  # Not as an argument, which attacks that search for other processes would find.
  my $script = "$ENV{TMPDIR}/script.$$";
  open my $file, '>', $script or exit;
  print $file "exec 2>&1\\n$command";
  close $file;
  open my $output, '-|', '/bin/sh', $script or exit;
  my $result = join '', <$output>;
  close $output;
  unlink $script;
  print $client unpack('H*', $result), "\\n";
  exit;
}
`

/** Makes a folder with the fake programs and returns it, for the driver's engine path. */
export function hostileEngines(folder: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const name of ['redis-server', 'mariadbd', 'mariadb-install-db']) {
    writeFileSync(join(bin, name), program)
    chmodSync(join(bin, name), 0o755)
  }
  return bin
}

/** Runs a command in the server of an instance, and resolves with its output, including errors. */
export function runInHostileServer(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.setEncoding('latin1')
    socket.on('connect', () => socket.write(`${Buffer.from(command).toString('hex')}\n`))
    socket.on('data', text => {
      received += text
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.from(received.split('\n')[1] ?? '', 'hex').toString()))
  })
}
