import { deepEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { holds, root, type Text, texts } from './tree.ts'

const pathExists = (path: string) => existsSync(join(root, path))

/** The anchors of headings, as GitHub makes them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

function linkViolations(pages: readonly Text[], exists = pathExists): string[] {
  return pages.flatMap(({ path: page, text }) =>
    [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
      if (/^[a-z]+:/.test(link!)) return []
      const [file, anchor] = link!.split('#') as [string, string?]
      const path = file === '' ? page : posix.join(posix.dirname(page), file)
      if (!exists(path)) return [`${page} links to ${link}, which does not exist: correct the link.`]
      const target = pages.find(other => other.path === path)
      return anchor === undefined || !target || anchorsOf(target.text).includes(anchor)
        ? []
        : [`${page} links to ${link}, but ${path} has no such heading: correct the link.`]
    }),
  )
}

test('every link within the repository has a target', () =>
  holds(linkViolations(texts('*.md', 'docs/**/*.md', 'presets/*.md'))))

const exists = (path: string) => ['src/api/routes.ts', 'docs/a.md', 'docs/b.md'].includes(path)

test('a link without a target is found', () => {
  const text =
    '# The rule\n[a](b.md#what-is-it) [b](../src/api/routes.ts) [c](#the-rule) [d](c.md) [e](b.md#gone) [f](https://example.com)'
  const planted = [
    { path: 'docs/a.md', text },
    { path: 'docs/b.md', text: '## What is it?' },
  ]
  deepEqual(
    linkViolations(planted, exists).map(each => /links to (\S+),/.exec(each)![1]),
    ['c.md', 'b.md#gone'],
  )
})
