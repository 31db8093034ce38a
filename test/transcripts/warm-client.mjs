import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

// Stands in for trove-manage in a shell: has the process behind `warm-commands.ts` run this command line, and prints the
// result. Its arguments are the socket of that process and those of trove-manage. It loads no other module of ours, since it
// has to start quickly.

const [socketPath, ...args] = process.argv.slice(2)
// All of it is read first: in `trove-manage … | trove-manage …`, the other process runs the commands one after the other.
const input = readFileSync(0, 'utf8')
const socket = connect(socketPath)
socket.end(JSON.stringify({ args, cwd: process.cwd(), env: process.env, input }))
const { stdout, stderr, exitCode } = JSON.parse(await text(socket))
// `head` leaves before it has read everything.
process.stdout.on('error', () => {})
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = exitCode
