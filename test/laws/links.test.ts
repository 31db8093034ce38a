import { deepEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { holds, root, type Text, texts } from './tree.ts'

const isThere = (path: string) => existsSync(join(root, path))

/** As GitHub makes them from headings. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

function linkViolations(pages: readonly Text[], there = isThere): string[] {
  return pages.flatMap(({ path: page, text }) =>
    [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
      if (/^[a-z]+:/.test(link!)) return []
      const [file, anchor] = link!.split('#') as [string, string?]
      const path = file === '' ? page : posix.join(posix.dirname(page), file)
      if (!there(path)) return [`${page} links to ${link}, which is not there: mend the link.`]
      const target = pages.find(other => other.path === path)
      return anchor === undefined || !target || anchorsOf(target.text).includes(anchor)
        ? []
        : [`${page} links to ${link}, but ${path} has no such heading: mend the link.`]
    }),
  )
}

test('a link that stays in the repository leads somewhere', () =>
  holds(linkViolations(texts('*.md', 'docs/**/*.md', 'presets/*.md'))))

const there = (path: string) => ['src/api/routes.ts', 'docs/a.md', 'docs/b.md'].includes(path)

test('a link that leads nowhere is found', () => {
  const text =
    '# The rule\n[a](b.md#what-is-it) [b](../src/api/routes.ts) [c](#the-rule) [d](c.md) [e](b.md#gone) [f](https://example.com)'
  const planted = [
    { path: 'docs/a.md', text },
    { path: 'docs/b.md', text: '## What is it?' },
  ]
  deepEqual(
    linkViolations(planted, there).map(each => /links to (\S+),/.exec(each)![1]),
    ['c.md', 'b.md#gone'],
  )
})
