import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { engineNamed } from '../../console/src/pages/instance/connection-strings.ts'

const stringsOf = (
  datastore: string,
  target: Partial<Record<'host' | 'user' | 'password' | 'database', string>> = {},
) => {
  const { port, languages } = engineNamed(datastore)!
  const whole = { ...{ host: 'db.example', port, user: 'till', password: 'p@ss', database: 'orders' }, ...target }
  return Object.fromEntries(languages.map(({ id, text }) => [id, text(whole)]))
}

test('Redis and Valkey have a user and a password, and no database', () => {
  for (const datastore of ['redis', 'Valkey 8'])
    deepEqual(stringsOf(datastore, { user: 'default' }), {
      url: 'redis://default:p%40ss@db.example:6379',
      'redis-cli': 'redis-cli -h db.example -p 6379 --user default --askpass',
      python: 'redis.from_url("redis://default:p%40ss@db.example:6379")',
      node: 'createClient({ url: "redis://default:p%40ss@db.example:6379" })',
      go: 'redis.ParseURL("redis://default:p%40ss@db.example:6379")',
      java: 'new JedisPooled("redis://default:p%40ss@db.example:6379")',
    })
})

test('names of users and databases cannot leave their place in a string', () => {
  const hostile = { user: `a'b"c`, database: 'x?y/z', host: '2001:db8::1' }
  const { url, psql, java } = stringsOf('postgresql', hostile)
  equal(url, `postgresql://a'b%22c:p%40ss@[2001:db8::1]:5432/x%3Fy%2Fz`)
  equal(psql, `psql -h 2001:db8::1 -p 5432 -U 'a'\\''b"c' -d 'x?y/z'`)
  equal(new URL(/"jdbc:(.*)"/.exec(java!)![1]!).searchParams.get('user'), `a'b"c`)
  equal(
    stringsOf('mysql', hostile).python,
    `pymysql.connect(host="2001:db8::1", port=3306, user="a'b\\"c", password="p@ss", database="x?y/z")`,
  )
})

test('a datastore whose name says nothing about its engine has no strings', () => {
  equal(engineNamed('cache'), undefined)
  equal(engineNamed(null), undefined)
})
