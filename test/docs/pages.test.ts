import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { missingLine } from '../../docs/play/compare.ts'
import { readPage, type Step } from '../../docs/play/page.ts'
import { openStage } from '../../docs/play/stage.ts'

const root = join(import.meta.dirname, '..', '..')
const folders = ['docs', 'docs/how-to', 'docs/tutorial', 'docs/explanation', 'docs/reference', 'presets']
const pages = globSync(['README.md', ...folders.map(folder => `${folder}/*.md`)], { cwd: root })
  .sort()
  // Generated; the transcripts run its examples.
  .filter(page => page !== 'docs/reference/trove-manage.md')
  .map(page => ({ page, steps: readPage(join(root, page)) }))

type Kind<K extends Step['kind']> = Extract<Step, { kind: K }>
const all = <K extends Step['kind']>(kind: K) =>
  pages.flatMap(({ page, steps }) =>
    steps.filter(step => step.kind === kind).map(step => ({ page, step: step as Kind<K> })),
  )
const commandsOf = (found: readonly { step: { commands: readonly unknown[] } }[]) =>
  found.reduce((sum, { step }) => sum + step.commands.length, 0)

describe('the commands of the pages', () => {
  test('each block says what it is: commands, a file, a text, or why it is not played', () =>
    assert.deepEqual(
      all('unclear').map(({ page, step }) => `${page}:${step.line}`),
      [],
    ))

  test('each block that another test plays is read by that test, on the page', () => {
    for (const { page, step } of all('elsewhere')) {
      const text = readFileSync(join(root, step.test), 'utf8')
      assert.ok(text.includes(page), `${page}:${step.line}: ${step.test} does not play this page`)
    }
  })

  test('no page shows the minor release of the PostgreSQL that npm installs, which changes with each update', () => {
    const shown = pages.filter(({ page }) => /postgresql [\w-]+ \(\d+\.\d/.test(readFileSync(join(root, page), 'utf8')))
    assert.deepEqual(
      shown.map(({ page }) => page),
      [],
    )
  })

  // npx runs a program below a shell, which does not pass signals on. The stage has its own npx, which does not show this.
  test('no page starts a program through npx in the background, where `kill $!` would end only npx', () => {
    const inBackground = all('command').filter(({ step }) => /\bnpx\b.*&$/m.test(step.command))
    assert.deepEqual(
      inBackground.map(({ page, step }) => `${page}:${step.line}`),
      [],
    )
  })

  test('none is left out silently', t => {
    const [elsewhere, notPlayed] = [all('elsewhere'), all('not played')]
    const played = all('command').length
    const withCommands = pages.filter(({ steps }) => steps.some(step => step.kind !== 'shown' && step.kind !== 'file'))
    t.diagnostic(`pages with commands: ${withCommands.length}`)
    t.diagnostic(`commands that this test plays: ${played}`)
    t.diagnostic(`commands that other tests play: ${commandsOf(elsewhere)}`)
    for (const [file, found] of Map.groupBy(elsewhere, ({ step }) => step.test))
      t.diagnostic(`  ${commandsOf(found)} by ${file}`)
    t.diagnostic(`commands that no test plays: ${commandsOf(notPlayed)}`)
    for (const { page, step } of notPlayed)
      t.diagnostic(`  ${step.commands.length} in ${page}:${step.line}, because they need ${step.needs}`)
    assert.ok(played > 100)
  })
})

// The pages speak of the stock client, and of clients of databases, throughout.
if (process.env.TROVE_TS_TEST_SYSTEM !== '1') {
  test('each page does what it says', t =>
    t.diagnostic('not run: the commands of the pages; TROVE_TS_TEST_SYSTEM=1 runs them'))
} else {
  describe('each page does what it says, from a first start on', { concurrency: 2 }, () => {
    for (const { page, steps } of pages) {
      if (!steps.some(step => step.kind === 'command')) continue
      test(page, async t => {
        const stage = await openStage()
        t.after(() => stage.close())
        for (const step of steps) {
          if (step.kind === 'file') stage.write(step.name, step.text)
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
