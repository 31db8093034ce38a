import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Objection } from '../ports/objection.ts'
import { logObjections } from './log-objections.ts'

const objection: Objection = {
  moment: 'resize',
  outcome: 'warned',
  reasons: [{ code: 'requirement_not_met', requirement: 'ram>=2048', actual: 512, unit: 'MiB' }],
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

test('what is admitted with a warning is a warning in the log, with the facts beside the sentence', () => {
  const { level, msg, objection: facts } = logged(objection)
  assert.equal(level, pino.levels.values.warn)
  assert.equal(msg, `resize warned (mysql 8.0): ${sentence}`)
  assert.deepEqual(facts, objection)
})

test('what is refused is worth a line, but no warning', () => {
  const { level, msg } = logged({ ...objection, moment: 'create', outcome: 'refused' })
  assert.equal(level, pino.levels.values.info)
  assert.equal(msg, `create refused (mysql 8.0): ${sentence}`)
})

test('a version that somebody removed by hand has no names', () => {
  const { msg } = logged({ ...objection, datastore: undefined, version: undefined })
  assert.equal(msg, `resize warned (a version that is gone): ${sentence}`)
})
