import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { parseParts, printTranscript } from './load-transcripts.ts'

const printed = ['# A script', '$ a prompt', '! a complaint', '!', 'exit 3', '\\# a backslash', '', '# the last line']
const text = `# A comment

$ trove-manage completion bash
\\# A script
\\$ a prompt
\\! a complaint
\\!
\\exit 3
\\\\# a backslash

\\# the last line
! a warning
exit 1

# Another comment
$ trove-manage help
`

test('a printed line that looks like a comment, a command, stderr or an exit code is read and written as output', () => {
  const parts = parseParts(text)
  const [first, second] = parts.filter(part => typeof part !== 'string')
  deepEqual([first!.stdout, first!.stderr, first!.exitCode], [printed, ['a warning'], 1])
  deepEqual([second!.command, second!.stdout], ['trove-manage help', []])
  equal(printTranscript({ parts }), text)
})

test('text that belongs to no command is an error with its line', () => {
  const planted = '$ trove-manage completion bash\n# A script\n_trove_manage() {\n'
  throws(() => parseParts(planted), { message: "line 3 belongs to no command: '_trove_manage() {'" })
})
