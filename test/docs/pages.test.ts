import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { missingLine } from '../../docs/play/compare.ts'
import { readPage } from '../../docs/play/page.ts'
import { openStage } from '../../docs/play/stage.ts'

const root = join(import.meta.dirname, '..', '..')
const pages = globSync(['README.md', 'docs/how-to/*.md', 'docs/tutorial/*.md', 'docs/explanation/*.md'], {
  cwd: root,
}).sort()

// The pages speak of the stock client, and of clients of databases, throughout.
if (process.env.TROVE_TS_TEST_SYSTEM !== '1') {
  test('the commands of the pages', t =>
    t.diagnostic('not run: the commands of the pages; TROVE_TS_TEST_SYSTEM=1 runs them'))
} else {
  describe('each page does what it says, from a first start on', { concurrency: 2 }, () => {
    for (const page of pages) {
      test(page, async t => {
        const steps = readPage(join(root, page))
        const stage = await openStage()
        t.after(() => stage.close())
        for (const step of steps) {
          if (step.kind === 'file') stage.write(step.name, step.text)
          if (step.kind === 'not played')
            t.diagnostic(`NOT RUN: ${page}:${step.line}, ${step.commands.length} commands: they need ${step.needs}`)
          if (step.kind === 'elsewhere')
            assert.ok(readFileSync(join(root, step.test), 'utf8').includes(page), `${step.test} does not play ${page}`)
          if (step.kind !== 'command') continue
          const where = `${page}:${step.line}: $ ${step.command}`
          const { exitCode, output } = await stage.type(step.command)
          assert.equal(missingLine(step.shown, output), undefined, `${where}\nprinted\n${output}`)
          // A command whose failure is the point of it has its words shown in the page.
          assert.ok(exitCode === 0 || step.shown.length > 0, `${where}\nended with ${exitCode}\n${output}`)
        }
      })
    }
  })
}
