import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { holds, type Text, texts } from './tree.ts'

/** Every law needs a test that shows it failing, because otherwise it may be unable to fail. */
const lawViolations = (laws: readonly Text[]): string[] =>
  laws
    .filter(({ text }) => !/\bholds\(/.test(text) || !/^test\('[^\n]*\b(?:is|are) found'/m.test(text))
    .map(({ path }) => `${path} is not shown to fail: add a violation in a test whose name contains "is found".`)

test('each law is shown to fail', () => holds(lawViolations(texts('test/laws/*.test.ts'))))

test('a law that is not shown to fail is found', () => {
  const shown = { path: 'a.test.ts', text: "holds(x())\ntest('a bad thing is found', f)" }
  const unshown = { path: 'b.test.ts', text: "holds(x())\ntest('all is well', f)" }
  deepEqual(
    lawViolations([shown, unshown]).map(violation => violation.split(' ', 1)[0]),
    ['b.test.ts'],
  )
})
