import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'

/** Sockets, shared memory and a message queue on the machine, open to every user, that an instance must not reach. */
export type Bystanders = Readonly<{
  name: string
  apiPort: number
  sharedMemoryKey: number
  /** How often one of them was reached. */
  reached(): number
  close(): void
}>

const calls = process.arch === 'arm64' ? { mq_open: 180, mq_unlink: 181 } : { mq_open: 240, mq_unlink: 241 }
const create = 0o1000

/** Uses Perl, because Node supports neither System V shared memory nor message queues. */
const program = (name: string, key: number) => `
  use Socket; $| = 1;
  my $shm = shmget(${key}, 64, ${0o666 | create}) or die "shm $!";
  my $queue = "${name}"; umask 0;
  my $opened = syscall(${calls.mq_open}, $queue, ${0o100 | 2}, 0666, 0); die "mq $!" if $opened < 0;
  socket(my $s, PF_UNIX, SOCK_DGRAM, 0); bind($s, pack("Sa*", 1, "\\0${name}-datagrams")) or die "bind $!";
  $SIG{TERM} = sub { shmctl($shm, 0, 0); syscall(${calls.mq_unlink}, $queue); exit };
  print "ready\\n";
  while (defined recv($s, my $text, 100, 0)) { print "reached\\n" }`

export async function openBystanders(folder: string): Promise<Bystanders> {
  const name = `trove-ts-attacks-${process.pid}`
  const key = 0x7e00_0000 + (process.pid & 0xff_ffff)
  let reached = 0
  const listen = async (at: string | number): Promise<Server> => {
    const server = createServer(socket => {
      reached++
      socket.destroy()
    })
    await once(typeof at === 'string' ? server.listen(at) : server.listen(at, '127.0.0.1'), 'listening')
    return server
  }
  const socketFile = join(folder, 'api.sock')
  const servers = [await listen(0), await listen(`\0${name}`), await listen(socketFile)]
  chmodSync(socketFile, 0o666)
  const memory = `/dev/shm/${name}`
  writeFileSync(memory, 'shared\n', { mode: 0o644 })
  const child: ChildProcess = spawn('perl', ['-e', program(name, key)], { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout!.on('data', text => {
    reached += String(text).split('reached').length - 1
  })
  await once(child.stdout!, 'data')
  return {
    name,
    apiPort: (servers[0]!.address() as { port: number }).port,
    sharedMemoryKey: key,
    reached: () => reached,
    close() {
      for (const server of servers) server.close()
      child.kill('SIGTERM')
      rmSync(memory, { force: true })
    },
  }
}
