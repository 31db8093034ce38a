import { randomBytes } from 'node:crypto'
import { accessSync, constants, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { RestartableServer, ServerOptions } from './server.ts'
import { makeOnce, memoryFolder, onFreePort, restartable, type ServerFolder, serverFolder } from './server-process.ts'

/** Starts the MariaDB that is installed on this machine. */
export async function startMariadb(options: ServerOptions = {}): Promise<RestartableServer> {
  const programs = { install: program('mariadb-install-db'), server: program('mariadbd') }
  return onFreePort(async port => {
    const folder = serverFolder('mariadb', undefined, 'SIGKILL', memoryFolder())
    try {
      return await startIn(folder, programs, port, options)
    } catch (error) {
      await folder.remove()
      throw error
    }
  })
}

async function startIn(
  folder: ServerFolder,
  programs: Programs,
  port: number,
  { isDurable, isEncrypted, args = [] }: ServerOptions,
): Promise<RestartableServer> {
  const data = join(folder.path, 'data')
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []
  const inHaste = isDurable
    ? ['--innodb-log-file-size=16M']
    : ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-log-file-size=16M']
  await makeOnce(folder, 'mariadb', () =>
    folder.run(programs.install, [
      ...['--no-defaults', `--datadir=${data}`, ...asRoot, ...inHaste],
      ...['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
    ]),
  )
  const password = randomBytes(12).toString('hex')
  const firstWords = join(folder.path, 'init.sql')
  // One line a statement: --init-file knows no other end.
  writeFileSync(
    firstWords,
    `alter user root@localhost identified by '${password}';
create user if not exists trove@'127.0.0.1' identified by '${password}';
grant all on *.* to trove@'127.0.0.1' with grant option;
create user if not exists trove@localhost identified by '${password}';
grant all on *.* to trove@localhost;
${isEncrypted ? certifiedUser(password) : ''}`,
  )
  const connect = (database?: string) =>
    createConnection({
      ...{ host: '127.0.0.1', port, user: 'trove', password },
      ...(database ? { database } : {}),
      ...(isEncrypted ? { ssl: { rejectUnauthorized: false } } : {}),
    })
  const socket = join(folder.path, 'socket')
  const serve = () =>
    folder.serve(
      programs.server,
      [
        ...['--no-defaults', `--datadir=${data}`, ...asRoot, ...inHaste],
        ...['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${socket}`],
        ...[`--pid-file=${join(folder.path, 'pid')}`, `--init-file=${firstWords}`, '--skip-name-resolve'],
        ...['--max-connections=200', '--innodb-buffer-pool-size=64M'],
        // A zone that nobody is in, and a server that cuts texts short: what leans on its defaults goes wrong here.
        ...['--default-time-zone=+05:45', '--sql-mode='],
        ...(isEncrypted ? encryption : []),
        ...args,
      ],
      async () => (await connect()).end(),
    )
  await serve()
  const url = (database: string) => `mysql+pymysql://trove:${password}@127.0.0.1:${port}/${database}?charset=utf8`
  let databases = 0
  return {
    url,
    socketUrl: database => `mysql+pymysql://trove:${password}@/${database}?unix_socket=${socket}`,
    async createDatabase({ charset = 'utf8mb3' } = {}) {
      const name = `trove_${++databases}`
      const connection = await connect()
      await connection
        .query(`create database ${name} character set ${charset} collate ${charset}_general_ci`)
        .finally(() => connection.end())
      return url(name)
    },
    async copyDatabase(from) {
      const [source, name] = [new URL(from).pathname.slice(1), `trove_${++databases}`]
      const connection = await connect(source)
      const ask = async (text: string) => (await connection.query<RowDataPacket[]>(text))[0].map(Object.values)
      try {
        const [, created] = (await ask(`show create database ${source}`))[0]!
        await connection.query(created.replace(source, name))
        await connection.query('set foreign_key_checks = 0')
        for (const [table] of await ask('show tables')) {
          const [, create] = (await ask(`show create table ${table}`))[0]!
          await connection.query(create.replace('CREATE TABLE ', `CREATE TABLE ${name}.`))
          await connection.query(`insert into ${name}.${table} select * from ${table}`)
        }
      } finally {
        connection.destroy()
      }
      return url(name)
    },
    ...restartable(folder, serve, 'SIGTERM'),
    stop: () => folder.remove(),
  }
}

const tlsFile = (name: string) => join(import.meta.dirname, 'tls', name)

const encryption = [
  '--require-secure-transport=ON',
  `--ssl-ca=${tlsFile('authority.pem')}`,
  `--ssl-cert=${tlsFile('server.pem')}`,
  `--ssl-key=${tlsFile('server-key.pem')}`,
]

const certifiedUser = (
  password: string,
) => `create user if not exists certified@'127.0.0.1' identified by '${password}' require x509;
grant all on *.* to certified@'127.0.0.1';
`

type Programs = Readonly<{ install: string; server: string }>

/** Where a program is; `mariadbd` often lies where ordinary users do not look. */
function program(name: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']
  for (const folder of folders) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // the next one
    }
  }
  throw new Error(`${name} is not installed; on Debian: \`apt-get install mariadb-server\``)
}
