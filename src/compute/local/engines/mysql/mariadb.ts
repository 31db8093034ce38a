import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Engine, InstalledEngine } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { baseFolder, mysqlFamily, processMatchers, servingArguments } from './mysql-family.ts'
import { nativePasswordHash } from './password-hash.ts'
import { mariadbSizes } from './sizes.ts'

export const mariadb: Engine = {
  ...mysqlFamily,
  manager: 'mariadb',
  settingsFor: mariadbSizes,
  programNames: ['mariadbd', 'mysqld'],
  recognise(versionText) {
    const version = / Ver (\d+\.\d+\.\d+)-MariaDB/.exec(versionText)?.[1]
    // Older versions store their users in another table, and cannot lock them.
    if (version === undefined || !isAtLeast(version, '10.4')) return undefined
    return { engine: 'mariadb', label: 'MariaDB', version, series: version.split('.', 2).join('.') }
  },
  async passwordFileText(password) {
    const { administratorStatements } = await import('./connection.ts')
    return [
      // The first statement loads the grants, which are ignored while the tables are made. The installer has made a
      // root without a password, which is deleted here.
      'flush privileges;',
      "delete from mysql.global_priv where user <> 'mariadb.sys';",
      'delete from mysql.db;',
      'delete from mysql.proxies_priv;',
      'flush privileges;',
      ...administratorStatements('mysql_native_password', nativePasswordHash(password)),
      '',
    ].join('\n')
  },
  initialise: (installed, dataFolder, passwordFile) => ({
    file: installProgram(installed),
    args: [
      ...['--no-defaults', `--datadir=${dataFolder}`, `--basedir=${baseFolder(installed)}`],
      ...['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
      // Otherwise the host name would have to be resolvable, although no user here refers to it.
      '--force',
      ...[`--extra-file=${passwordFile}`, '--innodb-log-file-size=16M'],
      // An interrupted attempt is repeated from the beginning, so no write has to be safe before the last one.
      ...['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0'],
    ],
  }),
  serve: (installed, options) => ({
    file: installed.program,
    args: [
      ...servingArguments(installed, options),
      // Forbids DATA DIRECTORY: tables stay in the data folder.
      '--skip-symbolic-links',
      // SQL can only read and write files below this path, and there are none. MariaDB has no value that forbids it.
      '--secure-file-priv=/dev/null',
    ],
  }),
  ...processMatchers(['mariadbd', 'mysqld', 'mariadb-install-db']),
}

/** Packages put this program into `bin` of the system, archives beside the server or into `scripts`. */
function installProgram(installed: InstalledEngine): string {
  const base = baseFolder(installed)
  const places = [join(base, 'bin'), join(base, 'scripts'), dirname(installed.program)]
  const name = 'mariadb-install-db'
  return join(places.find(place => existsSync(join(place, name))) ?? places[0]!, name)
}
