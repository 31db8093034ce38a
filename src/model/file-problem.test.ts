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

test('what stands in the way of reading a file is said in a few words', () => {
  assert.equal(fileProblem(caught(() => readFileSync('/no/such/file'))), 'there is no such file')
  assert.equal(fileProblem(caught(() => readFileSync('/'))), 'it is a folder')
  assert.equal(fileProblem(Object.assign(new Error('EACCES: x'), { code: 'EACCES' })), 'this user may not read it')
})

test('what is wrong with its content is said by whoever read it', () => {
  assert.equal(fileProblem(new Error("expected a list under 'flavors:'")), "expected a list under 'flavors:'")
  assert.equal(
    fileProblem(new Error('a bracket is missing at line 3, column 3:\n\n  - {\n    ^\n')),
    'a bracket is missing at line 3, column 3',
  )
  assert.equal(fileProblem('nothing'), 'nothing')
})
