import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { DatastoreVersion } from '../model/datastore-version.ts'
import {
  type Alternatives,
  alternativesWords,
  datastoresToName,
  flavorsToName,
  imagesToName,
  instancesToName,
  listedToName,
  nameOf,
  notFound,
  numbersToName,
  projectsToName,
  usersToName,
  versionIdsToName,
  versionsToName,
  volumeTypesToName,
} from './alternatives.ts'

const named = (...names: readonly string[]) => names.map((name, index) => ({ id: `${index + 10}`, name }))
const version = (id: string, name: string, number = name) => ({ id, name, version: number }) as DatastoreVersion
const mysql = { name: 'mysql' }
const flavors = flavorsToName(named('db.nano', 'db.micro', 'db.small'))
const datastores = datastoresToName(named('mysql', 'postgresql', 'redis'))
const versions = [version('v1', '5.7', '5.7.29'), version('v2', '5.7', '5.7.30'), version('v3', '8.0')]

describe('an unknown text is answered with what there is', () => {
  const rows: [typed: string, Alternatives, words: string][] = [
    // a name for an id
    ['db.micro', flavors, 'db.micro is the name of flavor 11.'],
    ['twin', flavorsToName(named('twin', 'twin')), 'twin is the name of flavors 10, 11.'],
    [
      '8.0',
      versionIdsToName([{ datastore: mysql, version: versions[2]! }]),
      '8.0 is the name of datastore version v3 (mysql 8.0).',
    ],
    [
      'mysql 8.0',
      versionIdsToName([{ datastore: mysql, version: versions[2]! }]),
      'mysql 8.0 is the name of datastore version v3.',
    ],
    [
      '5.7',
      versionIdsToName(versions.map(version => ({ datastore: mysql, version }))),
      '5.7 is the name of datastore versions v1 (mysql 5.7 (5.7.29)), v2 (mysql 5.7 (5.7.30)).',
    ],
    ['MariaDB 10.11', imagesToName(named('MariaDB 10.11')), 'MariaDB 10.11 is the name of image 10.'],
    ['shop', instancesToName(named('shop'))!, 'shop is the name of instance 10.'],
    ['gold', listedToName('flavor', [{ id: '7', name: 'gold' }]), 'gold is the name of flavor 7.'],
    // a slip
    ['mysq', datastores, "Did you mean 'mysql'?"],
    ['DB.MICRO', flavors, 'Did you mean 11 (db.micro)?'],
    ['1l', flavors, 'Flavors: 10 (db.nano), 11 (db.micro), 12 (db.small).'],
    ['9-1', flavorsToName([{ id: '-1', name: 'large' }]), 'Flavors: -1 (large).'],
    [
      '1',
      listedToName('flavor', [
        { id: '-1', name: undefined },
        { id: '2', name: 'x' },
      ]),
      'On the list: -1, 2 (x).',
    ],
    ['b42', flavorsToName([{ id: 'b-42', name: 'large' }]), 'Did you mean b-42 (large)?'],
    ['5.6', versionsToName(mysql, versions), "Did you mean '5.7'?"],
    ['fats', volumeTypesToName(named('fast', 'slow')), "Did you mean 'fast'?"],
    ['dmeo', projectsToName(named('demo', 'admin')), "Did you mean 'demo'?"],
    ['adnim', usersToName(named('demo', 'admin')), "Did you mean 'admin'?"],
    // anything else
    ['oracle', datastores, 'Datastores: mysql, postgresql, redis.'],
    ['xxl', flavors, 'Flavors: 10 (db.nano), 11 (db.micro), 12 (db.small).'],
    ['latest', versionsToName(mysql, versions), 'Versions of mysql: 5.7, 8.0.'],
    ['latest', numbersToName(mysql, versions.slice(0, 2)), 'Numbers of mysql 5.7: 5.7.29, 5.7.30.'],
    ['premium', volumeTypesToName(named('fast', 'slow')), 'Volume types: fast, slow.'],
    ['x', datastoresToName(named('a1', 'b2', 'c3', 'd4', 'e5')), 'Datastores: a1, b2, c3, d4, e5.'],
    ['x', datastoresToName(named('a1', 'b2', 'c3', 'd4', 'e5', 'f6')), 'Datastores: a1, b2, c3, d4, e5, and 1 more.'],
    [
      '9',
      listedToName('flavor', [
        { id: 'gone', name: undefined },
        { id: '7', name: 'gold' },
      ]),
      'On the list: gone, 7 (gold).',
    ],
    ['x', datastoresToName([]), 'No datastores are available.'],
    ['x', flavorsToName([]), 'No flavors are available.'],
    ['x', versionsToName(mysql, []), 'No versions of mysql are available.'],
    ['x', listedToName('volume type', []), 'The list is empty.'],
  ]
  for (const [typed, alternatives, words] of rows)
    test(`'${typed}': ${words}`, () => assert.equal(alternativesWords([typed], alternatives), words))
})

describe('of several unknown texts', () => {
  const rows: [typed: string[], Alternatives, words: string][] = [
    [['db.micro', 'db.small'], flavors, 'db.micro is the name of flavor 11. db.small is the name of flavor 12.'],
    [['nothing', 'db.small'], flavors, 'db.small is the name of flavor 12.'],
    [['nothing', 'db.smal'], flavors, 'Did you mean 12 (db.small)?'],
    [['nothing', 'at all'], flavors, 'Flavors: 10 (db.nano), 11 (db.micro), 12 (db.small).'],
    [[], datastores, 'Datastores: mysql, postgresql, redis.'],
  ]
  for (const [typed, alternatives, words] of rows)
    test(`${typed}: ${words}`, () => assert.equal(alternativesWords(typed, alternatives), words))
})

test('nothing is the name of something that requests name by its name', () => {
  assert.equal(nameOf('mysql', datastores), undefined)
  assert.equal(nameOf('db.micro', flavors), 'db.micro is the name of flavor 11')
})

test('nothing is said of other instances', () => assert.equal(instancesToName([]), undefined))

test('Trove’s sentence stands alone or first', () => {
  assert.equal(notFound('Resource 7 cannot be found.', '7', undefined), 'Resource 7 cannot be found.')
  assert.match(notFound('Resource 7 cannot be found.', 'x', flavors), /^Resource 7 cannot be found\. Flavors: /)
})

const name = fc.stringMatching(/^[a-z]{1,8}$/)
const someFlavors = fc.uniqueArray(fc.record({ id: fc.stringMatching(/^[0-9]{1,4}$/), name }), {
  maxLength: 40,
  selector: ({ id }) => id,
})

test('at most five flavors are named, and only those that were passed', () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.string())), someFlavors, (typed, all) => {
      const words = alternativesWords(typed, flavorsToName(all))
      const ids = [...words.matchAll(/(\d+) \([a-z]+\)/g)].map(([, id]) => id)
      assert.ok(ids.length <= 5, words)
      for (const id of ids)
        assert.ok(
          all.some(flavor => flavor.id === id),
          words,
        )
    }),
  ))

test('the name of a flavor given for an id always leads to the id', () =>
  fc.assert(
    fc.property(someFlavors, fc.nat(), (all, index) => {
      fc.pre(all.length > 0)
      const flavor = all[index % all.length]!
      const namesakes = all.filter(({ name }) => name === flavor.name)
      assert.equal(
        alternativesWords([flavor.name], flavorsToName(all)).split(' ').slice(0, 5).join(' '),
        `${flavor.name} is the name of`,
      )
      assert.ok(nameOf(flavor.name, flavorsToName(all))!.includes(namesakes[0]!.id))
    }),
  ))

test('a long text among many long names is answered at once', () => {
  const many = datastoresToName(
    Array.from({ length: 20_000 }, (_, index) => ({ id: '', name: `${index}`.padEnd(250, 'y') })),
  )
  const begun = performance.now()
  alternativesWords(['x'.repeat(100_000)], many)
  assert.ok(performance.now() - begun < 1000)
})
