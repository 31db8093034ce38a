import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Engine, Installed } from '../engine.ts'
import { isAtLeast } from '../engine-image.ts'
import { administratorStatements } from './connection.ts'
import { baseFolder, mysqlFamily, processRecognisers, servingArguments } from './mysql-family.ts'
import { nativePasswordHash } from './password.ts'
import { mariadbSizes } from './sizes.ts'

export const mariadb: Engine = {
  ...mysqlFamily,
  manager: 'mariadb',
  settingsFor: mariadbSizes,
  servers: ['mariadbd', 'mysqld'],
  recognise(said) {
    const version = / Ver (\d+\.\d+\.\d+)-MariaDB/.exec(said)?.[1]
    // Older ones keep their users elsewhere, and cannot lock them.
    if (version === undefined || !isAtLeast(version, '10.4')) return undefined
    return { engine: 'mariadb', label: 'MariaDB', version, series: version.split('.', 2).join('.') }
  },
  passwordFileText: password =>
    [
      // Grants are not looked at while the tables are made, unless one asks for it; root is let in without a password.
      'flush privileges;',
      "delete from mysql.global_priv where user <> 'mariadb.sys';",
      'delete from mysql.db;',
      'delete from mysql.proxies_priv;',
      'flush privileges;',
      ...administratorStatements('mysql_native_password', nativePasswordHash(password)),
      '',
    ].join('\n'),
  initialise: (installed, dataFolder, passwordFile) => ({
    file: installProgram(installed),
    args: [
      ...['--no-defaults', `--datadir=${dataFolder}`, `--basedir=${baseFolder(installed)}`],
      ...['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
      // Without it, the name of the machine would have to be known to a name server; no user that is made here has one.
      '--force',
      ...[`--extra-file=${passwordFile}`, '--innodb-log-file-size=16M'],
      // Whoever is interrupted starts over, so that nothing need be safe on the disk before it is whole.
      ...['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0'],
    ],
  }),
  finishing: () => ({}),
  controlFiles: {},
  leftOver: [],
  serve: (installed, served) => ({
    file: installed.program,
    args: [
      ...servingArguments(served),
      `--basedir=${baseFolder(installed)}`,
      // No DATA DIRECTORY: tables lie in the data folder.
      '--skip-symbolic-links',
      // SQL reads and writes files below this, and nothing is below it. There is no word for "nowhere".
      '--secure-file-priv=/dev/null',
    ],
  }),
  ...processRecognisers(['mariadbd', 'mysqld', 'mariadb-install-db']),
}

/** Packages put it among the programs for everybody, archives beside the server or among the scripts. */
function installProgram(installed: Installed): string {
  const base = baseFolder(installed)
  const places = [join(base, 'bin'), join(base, 'scripts'), dirname(installed.program)]
  const name = 'mariadb-install-db'
  return join(places.find(place => existsSync(join(place, name))) ?? places[0]!, name)
}
