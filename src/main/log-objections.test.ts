import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { reasonOf } from '../../test/fixtures/reason.ts'
import type { Objection } from '../ports/objection.ts'
import { logObjections } from './log-objections.ts'

const objection: Objection = {
  moment: 'resize',
  outcome: 'warned',
  reasons: [reasonOf({ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' }, 'warn')],
  flavorId: '1',
  versionId: 'v-1',
  datastore: 'mysql',
  version: '8.0',
}

function logged(objection: Objection): { level: number; msg: string; objection: Objection } {
  const lines: string[] = []
  logObjections(pino({}, { write: line => lines.push(line) }))(objection)
  assert.equal(lines.length, 1)
  return JSON.parse(lines[0]!)
}

const sentence = 'Flavor 1 is not supported for datastore version v-1: it does not meet ram>=2048 (it has 512 MiB).'

test('a flavor allowed with a warning is logged as a warning, with the facts beside the message', () => {
  const { level, msg, objection: facts } = logged(objection)
  assert.equal(level, pino.levels.values.warn)
  assert.equal(msg, `resize warned (mysql 8.0): ${sentence}`)
  assert.deepEqual(facts, objection)
})

test('a refused flavor is logged, but not as a warning', () => {
  const { level, msg } = logged({ ...objection, moment: 'create', outcome: 'refused' })
  assert.equal(level, pino.levels.values.info)
  assert.equal(msg, `create refused (mysql 8.0): ${sentence}`)
})

test('a version that was deleted by hand is logged without names', () => {
  const { msg } = logged({ ...objection, datastore: undefined, version: undefined })
  assert.equal(msg, `resize warned (a deleted version): ${sentence}`)
})
