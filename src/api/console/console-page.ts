import type { BuiltConsole } from '../../ports/console.ts'

/** What the console has to know before its first request. URLs are relative to `/console/`. */
export type ConsoleFacts = Readonly<{
  /** The identity service, which the browser asks for tokens. */
  identityUrl: string
  /** Whether users and projects are in domains. */
  hasDomains: boolean
  /** Whether another Trove answers what is not about the flavor policy. */
  isGate: boolean
  /** The largest volume that this server admits. */
  volumeGbMax: number
  /** Id or name of the datastore for requests without one; null if there is none. */
  defaultDatastore: string | null
  /** The size of the largest request with a datastore catalogue. */
  catalogueBytesMax: number
}>

/**
 * The page of the console. Its URLs are relative to the requested path, because a proxy may have removed a prefix that is
 * not known here.
 *
 * @param path the requested path below `/console/`
 */
export function consolePage({ script, style, icon }: BuiltConsole, path: string, facts: ConsoleFacts): string {
  const up = '../'.repeat(path.split('/').length - 1) || './'
  // React Aria adds a style element for its buttons unless an element with this id exists; the policy forbids style elements.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Databases</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="trove-console" content="${escaped(JSON.stringify(facts))}">
<link rel="icon" type="image/svg+xml" href="${up}${icon}">
<link rel="stylesheet" id="react-aria-pressable-style" href="${up}${style}">
<script type="module" src="${up}${script}"></script>
</head>
<body>
<div id="root"></div>
<noscript>The console needs JavaScript. Without it, use the openstack command.</noscript>
</body>
</html>
`
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
