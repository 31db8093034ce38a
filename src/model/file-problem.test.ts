import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileProblem } from './file-problem.ts'

function caught(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('the reason why a file cannot be read is given in a few words', () => {
  assert.equal(fileProblem(caught(() => readFileSync('/no/such/file'))), 'file not found')
  assert.equal(fileProblem(caught(() => readFileSync('/'))), 'it is a folder')
  assert.equal(
    fileProblem(Object.assign(new Error('EACCES: x'), { code: 'EACCES' })),
    'permission denied for this user',
  )
})

test('a problem with the content keeps the words of the parser, but only the first line', () => {
  assert.equal(fileProblem(new Error("expected a list under 'flavors:'")), "expected a list under 'flavors:'")
  assert.equal(
    fileProblem(new Error('a bracket is missing at line 3, column 3:\n\n  - {\n    ^\n')),
    'a bracket is missing at line 3, column 3',
  )
  assert.equal(fileProblem('nothing'), 'nothing')
})
