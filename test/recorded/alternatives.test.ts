import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isContinued } from './alternatives.ts'

const flavor = 'Resource 9 cannot be found.'
const datastore = "Datastore 'x' cannot be found."
const version = 'DBDatastoreVersion Not Found'

describe('Trove’s sentence followed by what there is counts as Trove’s sentence', () => {
  const rows: [sentence: string, message: string][] = [
    [flavor, `${flavor} Flavors: 1 (m1.tiny), 2 (m1.small), and 3 more.`],
    [flavor, `${flavor} 9 is the name of flavor 12.`],
    [flavor, `${flavor} Did you mean 2 (m1.small)?`],
    [flavor, `${flavor} No flavors are available.`],
    [datastore, `${datastore} Datastores: mysql, postgresql.`],
    [datastore, `${datastore} Did you mean 'mysql'?`],
    [version, `${version}. Versions of mysql: 8.0.`],
    [version, `${version}. Numbers of mysql 5.7: 5.7.29, 5.7.30.`],
    ["Datastore version '9' cannot be found.", "Datastore version '9' cannot be found. Versions of mysql: 8.0."],
    [
      'Please specify datastore. No default datastore is defined.',
      'Please specify datastore. No default datastore is defined. Datastores: mysql.',
    ],
  ]
  for (const [sentence, message] of rows) test(message, () => assert.ok(isContinued(sentence, message)))
})

describe('nothing else does', () => {
  const rows: [sentence: string, message: string][] = [
    [flavor, flavor],
    [flavor, 'Resource 8 cannot be found. Flavors: 1 (m1.tiny).'],
    [flavor, `${flavor} Try again.`],
    [flavor, `${flavor}Flavors: 1.`],
    [flavor, 'There is no flavor 9.'],
    [datastore, `Sorry. ${datastore} Datastores: mysql.`],
    [datastore, `${datastore} datastores: mysql.`],
    [version, `${version}: Versions of mysql: 8.0.`],
    ['User does not have admin privileges.', 'User does not have admin privileges. Users: admin.'],
    ['Malformed request body', 'Malformed request body. Did you mean JSON?'],
  ]
  for (const [sentence, message] of rows) test(message, () => assert.ok(!isContinued(sentence, message)))
})
