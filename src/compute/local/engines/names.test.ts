import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { engines } from './engines.ts'

type Named = [what: 'database' | 'user', name: string]

const problemOf = (manager: string, [what, name]: Named) =>
  engines.find(engine => engine.manager === manager)?.nameProblem(what, name)

/** Names that an engine refuses, with a word of the reason. A create and POST …/databases ask the same function. */
const refused: Record<string, [...Named, reason: RegExp][]> = {
  postgresql: [
    ['database', '', /empty/],
    ['database', 'a\0b', /NUL/],
    ['database', 'x'.repeat(64), /63 bytes/],
    ['database', 'é'.repeat(32), /63 bytes/],
    ['database', 'postgres', /reserved/],
    ['database', 'TEMPLATE0', /reserved/],
    ['database', 'pg_catalog', /reserved/],
    ['database', 'PG_mine', /reserved/],
    ['database', 'trove-ts draft', /reserved/],
    ['user', 'postgres', /reserved/],
    ['user', 'public', /reserved/],
    ['user', 'None', /reserved/],
    ['user', 'pg_monitor', /reserved/],
    ['user', 'x'.repeat(64), /63 bytes/],
  ],
  mysql: [
    ['database', '', /empty/],
    ['database', 'a\0b', /NUL/],
    ['database', 'x'.repeat(65), /64 characters/],
    ['database', 'blank ', /space/],
    ['database', '😀', /4-byte/],
    ['database', 'mysql', /reserved/],
    ['database', 'Information_Schema', /reserved/],
    ['database', 'sys', /reserved/],
    ['database', 'lost+found', /reserved/],
    ['database', '#mysql50#a', /reserved/],
    ['user', 'root', /reserved/],
    ['user', 'mysql.sys', /reserved/],
    ['user', 'MariaDB.sys', /reserved/],
    ['user', 'x'.repeat(33), /32 characters/],
  ],
}
refused.mariadb = refused.mysql!

describe('the names that an engine refuses', () => {
  for (const [manager, names] of Object.entries(refused))
    for (const [what, name, reason] of names)
      test(`${manager}: the ${what} ${JSON.stringify(name.slice(0, 20))}`, () =>
        assert.match(problemOf(manager, [what, name]) ?? 'no problem', reason))

  for (const manager of ['postgresql', 'mysql', 'mariadb', 'redis'])
    for (const name of ['shop', 'Shop 2', 'ä-ö', 'my_db', 'select', '"quoted"', '0', 'a.b'])
      test(`${manager} has nothing against ${name}`, () => {
        assert.equal(problemOf(manager, ['database', name]), undefined)
        assert.equal(problemOf(manager, ['user', name]), undefined)
      })
})
