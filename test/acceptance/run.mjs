// The acceptance test: installs and uses a fresh clone as a new user would, following the README. Runs on the Node of the
// machine's npm (20 or newer), before anything of this repository is installed.
//
// Checks run as root and as an ordinary user, with npm's install scripts and without them. The two that take minutes run only
// once: `npm test` as an ordinary user without install scripts (as root it is part of `npm run test:all`), and
// `npm run test:openstack`, which requires root.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const help = `Uses a fresh clone of the committed state as the README says, as root and as an ordinary user.

  npm run acceptance -- --quick

  --install  install missing Debian packages first
  --quick    skip \`npm test\` and \`npm run test:openstack\`

The exit code is 1 if a check failed or was not run.`

const repository = new URL('../..', import.meta.url).pathname
const flags = process.argv.slice(2)
if (flags.includes('--help') || flags.includes('-h')) {
  console.log(help)
  process.exit(0)
}
const unknownFlag = flags.find(flag => !['--install', '--quick'].includes(flag))
if (unknownFlag !== undefined) {
  console.error(`Unknown option '${unknownFlag}'.\n\`npm run acceptance -- --help\` shows how.`)
  process.exit(2)
}
const isRoot = process.getuid?.() === 0
const results = []
const note = (mark, what) => {
  results.push(mark)
  console.log(`${mark}: ${what}`)
}

class Failed extends Error {}
const demand = (holds, complaint) => {
  if (!holds) throw new Failed(complaint)
}

async function check(what, work) {
  const began = Date.now()
  try {
    const result = await work()
    note('ok', `${what} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
    return result
  } catch (error) {
    note('FAILED', `${what}: ${error instanceof Failed ? error.message : error.stack}`)
    return undefined
  }
}

/** The name of the ordinary user, which this script creates. */
const ordinaryUser = 'trove-acceptance'

function asPerson(person, command, cwd) {
  const bare = person === 'root' || !isRoot
  return bare
    ? { file: 'bash', args: ['-c', command], cwd }
    : { file: 'runuser', args: ['-u', ordinaryUser, '--', 'bash', '-c', `cd '${cwd}' && ${command}`], cwd }
}

// Remove variables of a test runner that may have started this script: the shell of a new user does not have them.
const environment = person => {
  const {
    NODE_OPTIONS,
    TROVE_CONFIG_FILE,
    OS_CLIENT_CONFIG_FILE,
    npm_config_local_prefix,
    // The cache of whoever runs this script is not the new user's.
    npm_config_cache,
    npm_config_prefix,
    INIT_CWD,
    ...rest
  } = process.env
  const clean = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !/^npm_(package|lifecycle|execpath|node_execpath|command)/.test(name)),
  )
  const path = (clean.PATH ?? '')
    .split(':')
    .filter(folder => !folder.includes('node_modules'))
    .join(':')
  // Retry a hanging connection after one minute, not five.
  return {
    ...clean,
    PATH: path,
    npm_config_fetch_timeout: '60000',
    ...(person === 'root' || !isRoot ? {} : { HOME: `/home/${ordinaryUser}` }),
  }
}

function sh(person, command, cwd, seconds = 300) {
  const { file, args } = asPerson(person, command, cwd)
  const options = { cwd, env: environment(person), timeout: seconds * 1000, maxBuffer: 1 << 28 }
  return new Promise(resolve => {
    const child = execFile(file, args, options, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    )
    child.stdin.end()
  })
}

async function mustRun(person, command, cwd, seconds) {
  const run = await sh(person, command, cwd, seconds)
  demand(run.code === 0, `\`${command}\` ended with ${run.code}\n${run.out.slice(-2500)}\n${run.err.slice(0, 1500)}`)
  return run
}

/** Starts `npm start`, or another program, in the background. Waits until it has printed the commands to try next. */
async function start(person, clone, args = '', program = `npm start --silent${args ? ' --' : ''}`) {
  const { file, args: words } = asPerson(person, `exec ${program} ${args}`, clone)
  const child = spawn(file, words, {
    cwd: clone,
    env: environment(person),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  const ended = new Promise(resolve => child.once('close', code => resolve(code)))
  const deadline = Date.now() + 180_000
  while (!/\n\n$/.test(out)) {
    demand(child.exitCode === null && Date.now() < deadline, `npm start did not start a server:\n${out}\n${err}`)
    await pause(50)
  }
  const url = /ready at (http:\S+)/.exec(out)?.[1]
  return {
    url,
    printed: out,
    commands: [...out.matchAll(/^ {2}(\S.*)$/gm)].map(match => match[1]),
    pid: serverBelow(child.pid),
    /** Signals only the server, as a service manager does. npm then ends with the exit code of the server. */
    async stop(signal = 'SIGTERM') {
      const pid = serverBelow(child.pid)
      if (pid) process.kill(pid, signal)
      const code = await Promise.race([ended, pause(60_000, 'still running', { ref: false })])
      if (code === 'still running') process.kill(-child.pid, 'SIGKILL')
      return { code, out, err }
    },
  }
}

/** The process of the server itself, below npm, shells and runuser. */
function serverBelow(ancestor) {
  const parents = new Map()
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // The process has just ended.
    }
  }
  const isBelow = pid => pid === ancestor || (parents.has(pid) && isBelow(parents.get(pid)))
  return [...parents.keys()].find(pid => {
    if (!isBelow(pid)) return false
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return /(^|\/)node$/.test(words[0]) && /bin\/trove-all-in-one(\.js)?$/.test(words[1])
  })
}

async function freshClone(person) {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-acceptance-'))
  if (person !== 'root' && isRoot) chownSync(folder, Number(uidOf(ordinaryUser)), Number(uidOf(ordinaryUser)))
  folders.push(folder)
  await mustRun('root', `git clone --quiet '${repository}' '${folder}/trove-ts'`, folder)
  if (person !== 'root' && isRoot) await mustRun('root', `chown -R ${ordinaryUser} '${folder}'`, folder)
  return join(folder, 'trove-ts')
}
const folders = []
const uidOf = name => spawnSync('id', ['-u', name], { encoding: 'utf8' }).stdout.trim()

async function logIn(url, cloudsFile, cloud) {
  const clouds = readFileSync(cloudsFile, 'utf8')
  const section = clouds.slice(clouds.indexOf(`${cloud}:`))
  const [name, password] = ['username', 'password'].map(key => new RegExp(`${key}: (\\S+)`).exec(section)[1])
  const answer = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user: { name, password } } } } }),
  })
  demand(answer.status === 201, `${cloud} cannot log in: ${answer.status}`)
  const project = (await answer.json()).token.project.id
  const token = answer.headers.get('x-subject-token')
  return async (method, path, body) => {
    const reply = await fetch(`${url}/v1.0/${project}${path}`, {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await reply.text()
    return { status: reply.status, body: text === '' ? null : JSON.parse(text) }
  }
}

/** Check 1: clone, `npm ci && npm start` and every printed command; with and without install scripts. */
async function strangersFirstMinutes(person, scripts) {
  const who = `${person}${scripts ? '' : ', --ignore-scripts'}`
  const clone = await check(`${who}: clone and npm ci`, async () => {
    const clone = await freshClone(person)
    const readme = readFileSync(join(clone, 'README.md'), 'utf8')
    for (const command of ['npm ci && npm start', 'npm test'])
      demand(readme.includes(`\n$ ${command}\n`), `README.md has no \`${command}\`, which is played here`)
    await mustRun(person, `npm ci${scripts ? '' : ' --ignore-scripts'} --no-progress`, clone)
    return clone
  })
  if (!clone) return
  await check(
    `${who}: npm start works twice, is healthy on 127.0.0.1:8779, and every printed command works`,
    async () => {
      for (const which of ['first', 'second']) {
        const server = await start(person, clone)
        try {
          demand(server.url === 'http://127.0.0.1:8779', `it listens on ${server.url}`)
          const health = await fetch(`${server.url}/healthcheck`)
          demand(health.status === 200, `the health check answers ${health.status} ${await health.text()}`)
          demand(server.commands.length >= 2, `the ${which} start prints no commands:\n${server.printed}`)
          await mustRun(person, server.commands.join(' && \n'), clone)
        } finally {
          const { code, err } = await server.stop(which === 'first' ? 'SIGTERM' : 'SIGINT')
          demand(code === 0, `the ${which} start, when stopped, ended with ${code}\n${err}`)
        }
      }
    },
  )
  return clone
}

/** Check 2: the stock client works with the generated clouds.yaml. */
async function stockClient(person, clone) {
  if (!existsSync(stockClientProgram)) return
  await check('the stock openstack client, as admin and as demo', async () => {
    const server = await start(person, clone)
    try {
      const id = /\| (\S+) \| postgresql \| 18 /.exec(
        (await mustRun(person, 'npx trove-manage datastore_version_list', clone)).out,
      )?.[1]
      demand(id, 'no version 18 of postgresql')
      const expected = {
        'datastore list': /\| postgresql \|/,
        'datastore show postgresql': /\| default_version \| 18 /,
        'datastore version list postgresql': /\| 18 +\| 18\.\d+ /,
        'datastore version show 18 --datastore postgresql': new RegExp(`\\| id +\\| ${id} `),
        'database flavor list': /\| m1\.tiny +\| +512 \| +1 \| +1 \| +0 \|/,
        [`database flavor list --datastore-type postgresql --datastore-version-id ${id}`]: /\| db\.micro +\| +256 /,
        'database flavor show 1': /\| name +\| m1\.tiny \|/,
        'database limit list': /\| max_instances \| 10 /,
      }
      for (const cloud of ['trove-admin', 'trove-demo']) {
        for (const [command, pattern] of Object.entries(expected)) {
          const line = `PATH=/usr/bin:$PATH OS_CLIENT_CONFIG_FILE='${clone}/trove-data/clouds.yaml' openstack --os-cloud ${cloud} ${command}`
          const { out } = await mustRun(person, line, clone)
          demand(pattern.test(out), `${cloud}: ${command} printed\n${out}`)
        }
      }
    } finally {
      await server.stop()
    }
  })
}

/** Check 3: changes of an operator take effect for a tenant of a running server. */
async function operatorAndTenant(person, clone) {
  await check(
    'an association takes effect at once, a refused dry run lists suitable flavors, removing the last association opens the version',
    async () => {
      const server = await start(person, clone, '--port 0 --data-dir operator-and-tenant')
      try {
        const call = await logIn(server.url, join(clone, 'operator-and-tenant', 'clouds.yaml'), 'trove-demo')
        const manage = async words =>
          (await mustRun(person, `npx trove-manage --data-dir operator-and-tenant ${words}`, clone)).out
        const { datastores } = (await call('GET', '/datastores')).body
        const version = datastores
          .find(({ name }) => name === 'postgresql')
          .versions.find(({ name }) => name === '18-dev')
        const list = async () =>
          (await call('GET', `/datastores/postgresql/versions/${version.id}/flavors`)).body.flavors.map(
            flavor => flavor.str_id,
          )
        const everything = (await call('GET', '/flavors')).body.flavors.map(flavor => flavor.str_id)
        demand(String(await list()) === String(everything), 'an open version does not list every flavor')

        const added = await manage('datastore_version_flavor_add postgresql 18-dev 13')
        demand(
          /Added flavors '13'/.test(added) && /first association.*8 flavors are no longer allowed/s.test(added),
          added,
        )
        demand(String(await list()) === '13', `after the association, the list has ${await list()}`)
        demand(
          String((await call('GET', `/flavors/${version.id}`)).body.flavors.map(f => f.str_id)) === '13',
          "the spec's URL differs",
        )

        const dryRun = flavorRef =>
          call('POST', '/instances/dry-run', {
            instance: {
              name: 'db',
              flavorRef,
              volume: { size: 1 },
              datastore: { type: 'postgresql', version: '18-dev' },
            },
          })
        const refused = await dryRun('1')
        const message = refused.body.badRequest?.message ?? JSON.stringify(refused.body)
        demand(refused.status === 400, `a dry run with another flavor answers ${refused.status}`)
        demand(message.startsWith(`Flavor 1 is not supported for datastore version ${version.id}`), message)
        demand(/Suitable flavors: db\.small \(13/.test(message), message)
        demand((await dryRun(13)).status === 200, 'a dry run with the associated flavor is refused')

        const deleted = await manage('datastore_version_flavor_delete postgresql 18-dev 13')
        demand(/last association.*accepts every flavor/s.test(deleted), deleted)
        demand(String(await list()) === String(everything), 'after the last deletion, the list is not complete')
        demand((await dryRun('1')).status === 200, 'an open version refuses a flavor')
      } finally {
        await server.stop()
      }
    },
  )
}

/** From a rule that only watches to one that refuses, an exception for one project, and back. */
async function rulesOfADatastore(person, clone) {
  await check(
    'a rule of a datastore is watched, tried, and refuses; a waiver admits a project; trovets tells the tenant; undo takes it back',
    async () => {
      const server = await start(person, clone, '--port 0 --data-dir rules')
      try {
        const clouds = join(clone, 'rules', 'clouds.yaml')
        const call = await logIn(server.url, clouds, 'trove-demo')
        const manage = async (words, code = 0) => {
          const run = await sh(person, `npx trove-manage --data-dir rules ${words}`, clone)
          demand(run.code === code, `\`trove-manage ${words}\` ended with ${run.code}\n${run.out}\n${run.err}`)
          return run.out
        }
        const dryRun = () =>
          call('POST', '/instances/dry-run', {
            instance: {
              name: 'db',
              flavorRef: '11',
              volume: { size: 1 },
              datastore: { type: 'postgresql', version: '18-dev' },
            },
          })
        const answers = async (status, when) => {
          const answer = await dryRun()
          demand(answer.status === status, `${when}, the dry run answers ${answer.status}`)
          return JSON.stringify(answer.body)
        }
        const rule = "'ram>=512MiB'"
        await manage(`datastore_flavor_requirement_add postgresql ${rule} --level audit`)
        await answers(200, 'while the rule only watches')
        const tried = await manage(`datastore_flavor_requirement_level postgresql refuse ${rule} --dry-run`, 3)
        demand(/2 flavors would no longer be allowed/.test(tried), tried)
        await answers(200, 'after the dry run of the change')
        await manage(`datastore_flavor_requirement_level postgresql refuse ${rule}`)
        const refused = await answers(400, 'once the rule refuses')
        demand(/"level":"refuse","source":"datastore"/.test(refused), refused)
        const added = await manage("waiver_add postgresql --project demo --until 14d --reason 'acceptance'")
        const waived = await answers(200, 'with a waiver')
        demand(/waived until/.test(waived), waived)
        const told = await mustRun(
          person,
          `OS_CLIENT_CONFIG_FILE='${clouds}' OS_CLOUD=trove-demo npx trovets flavors postgresql 18-dev`,
          clone,
        )
        demand(/waived until .*The smallest flavor that fits is m1\.tiny \(1\)\./s.test(told.out), told.out)
        await manage(`waiver_end ${/[0-9a-f-]{36}/.exec(added)[0]}`)
        await answers(400, 'without the waiver')
        const history = await manage('rule_history postgresql -f value')
        const event = history.split('\n').find(line => line.includes("set the level 'refuse'"))
        await manage(`rule_undo ${/[0-9a-f-]{36}$/.exec(event.trim())[0]}`)
        await answers(200, 'after the undo')
      } finally {
        await server.stop()
      }
    },
  )
}

/** The processes of this machine whose command line contains the id of an instance. */
function processesOf(id) {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(id)
      } catch {
        return false
      }
    })
    .map(Number)
}

/** The remaining files of an instance: below the clone, or in root's folder, which is used if other users cannot enter the clone. */
const foldersOf = async (clone, id) =>
  (await sh('root', `find '${clone}' /var/lib/trove-ts -name '${id}*' -not -path '*/node_modules/*' 2>/dev/null`, '/'))
    .out

const isListening = port =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

async function until(what, seconds, look) {
  const began = Date.now()
  for (;;) {
    const found = await look()
    if (found) return found
    demand(Date.now() - began < seconds * 1000, `${what}: not within ${seconds} seconds`)
    await pause(100)
  }
}

/** A refused flavor builds nothing. An allowed flavor builds a real database that survives a kill. */
async function realInstances(person, clone) {
  const data = `instances-of-${person}`
  const { Client } = createRequire(join(clone, 'package.json'))('pg')
  let server
  let call
  const begin = async () => {
    server = await start(person, clone, `--port 0 --data-dir ${data}`)
    call = await logIn(server.url, join(clone, data, 'clouds.yaml'), 'trove-demo')
  }
  const show = async id => (await call('GET', `/instances/${id}`)).body.instance
  const active = id =>
    until('ACTIVE', 180, async () => {
      const instance = await show(id)
      demand(instance.status !== 'ERROR', JSON.stringify(instance.fault))
      return instance.status === 'ACTIVE' && instance.operating_status === 'HEALTHY' && instance
    })
  const query = async (instance, text) => {
    const { host, port } = instance.endpoint
    const client = new Client({ host, port, database: 'shop', user: 'keeper', password: 'keeper pass' })
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  const buffers = async instance => (await query(instance, 'show shared_buffers'))[0].shared_buffers
  const request = flavorRef => ({
    instance: {
      name: 'shop',
      flavorRef,
      volume: { size: 1 },
      datastore: { type: 'postgresql', version: '18' },
      databases: [{ name: 'shop' }],
      users: [{ name: 'keeper', password: 'keeper pass', databases: [{ name: 'shop' }] }],
    },
  })
  let instance
  try {
    await check(`${person}: an instance with an unassociated flavor is refused, and nothing is built`, async () => {
      await begin()
      const { status, body } = await call('POST', '/instances', request('1'))
      demand(status === 400, `it answers ${status}`)
      demand(/^Flavor 1 is not supported for datastore version /.test(body.badRequest.message), body.badRequest.message)
      demand((await call('GET', '/instances')).body.instances.length === 0, 'there is an instance')
    })
    await check(
      `${person}: an instance with an associated flavor becomes ACTIVE and HEALTHY, and its user writes a row`,
      async () => {
        const { status, body } = await call('POST', '/instances', request('12'))
        demand(status === 200 && body.instance.status === 'BUILD', `it answers ${status} ${JSON.stringify(body)}`)
        instance = await active(body.instance.id)
        await query(instance, "create table goods (name text); insert into goods values ('kept')")
        demand((await buffers(instance)) === '64MB', `shared_buffers is ${await buffers(instance)}`)
        demand(processesOf(instance.id).length > 0, 'the instance has no process')
      },
    )
    await check(`${person}: a resize to an allowed flavor keeps the row and changes shared_buffers`, async () => {
      const { status } = await call('POST', `/instances/${instance.id}/action`, { resize: { flavorRef: '13' } })
      demand(status === 202, `it answers ${status}`)
      instance = await active(instance.id)
      demand(instance.flavor.id === '13', `the flavor is ${instance.flavor.id}`)
      demand((await buffers(instance)) === '128MB', `shared_buffers is ${await buffers(instance)}`)
      demand((await query(instance, 'select name from goods'))[0]?.name === 'kept', 'the row is gone')
    })
    await check(`${person}: a resize to an unassociated flavor is refused, and changes nothing`, async () => {
      const { status, body } = await call('POST', `/instances/${instance.id}/action`, { resize: { flavorRef: '1' } })
      demand(status === 400 && /^Flavor 1 is not supported /.test(body.badRequest?.message), JSON.stringify(body))
      demand((await show(instance.id)).status === 'ACTIVE', 'it is not ACTIVE')
      demand((await buffers(instance)) === '128MB', 'shared_buffers changed')
    })
    await check(`${person}: the tenant's root is not a superuser, and has no access to the machine`, async () => {
      const { status, body } = await call('POST', `/instances/${instance.id}/root`)
      demand(status === 200, `it answers ${status} ${JSON.stringify(body)}`)
      await rootReachesNothing(Client, instance.endpoint, body.user)
    })
    await check(`${person}: an admin sees the isolation of the instance, and it is in place`, async () => {
      const admin = await logIn(server.url, join(clone, data, 'clouds.yaml'), 'trove-admin')
      const { isolation } = (await admin('GET', `/mgmt/instances/${instance.id}`)).body.instance
      const present = Object.entries(isolation).filter(([, isPresent]) => isPresent === true)
      const required = person === 'root' ? ['view', 'network', 'memory', 'cpu', 'processes'] : ['view', 'network']
      const missing = required.filter(kind => !isolation[kind])
      demand(
        missing.length === 0,
        `missing: ${missing.join(', ')}; present: ${present.map(([kind]) => kind).join(', ')}`,
      )
      demand(isolation.user === (person === 'root' ? 'own' : 'service'), `it runs as the user '${isolation.user}'`)
      const owners = new Set(processesOf(instance.id).flatMap(pid => ownerOf(pid) ?? []))
      demand(person !== 'root' || [...owners].some(uid => uid >= 2e9), `its processes belong to ${[...owners]}`)
    })
    await check(`${person}: after kill -9 of everything and npm start, the row is still there`, async () => {
      await server.stop('SIGKILL')
      for (const pid of processesOf(instance.id)) await sh('root', `kill -9 ${pid}`, '/')
      await until('dead', 20, () => processesOf(instance.id).length === 0)
      await begin()
      const before = instance.endpoint.port
      instance = await until('back', 180, async () => {
        const found = await show(instance.id)
        return found.status === 'ACTIVE' && processesOf(found.id).length > 0 && (await isListening(before)) && found
      })
      demand(instance.endpoint.port === before, 'the port has changed')
      await until('answers', 180, () => query(instance, 'select 1').catch(() => undefined))
      demand((await query(instance, 'select name from goods'))[0]?.name === 'kept', 'the row is gone')
    })
    await check(`${person}: after a normal stop and start, the row is still there`, async () => {
      const { code } = await server.stop('SIGINT')
      demand(code === 0, `Ctrl-C ended it with ${code}`)
      demand(processesOf(instance.id).length === 0, 'Ctrl-C left its database server running')
      await begin()
      instance = await active(instance.id)
      demand((await query(instance, 'select name from goods'))[0]?.name === 'kept', 'the row is gone')
    })
    await check(`${person}: a delete leaves no process, no port and no folder`, async () => {
      const { status } = await call('DELETE', `/instances/${instance.id}`)
      demand(status === 202, `it answers ${status}`)
      await until('gone', 180, async () => (await call('GET', `/instances/${instance.id}`)).status === 404)
      demand(processesOf(instance.id).length === 0, 'a process is left')
      demand(!(await isListening(instance.endpoint.port)), 'the port is still open')
      const left = await foldersOf(clone, instance.id)
      demand(left === '', `left: ${left}`)
    })
  } finally {
    await server?.stop()
    if (instance) for (const pid of processesOf(instance.id)) await sh('root', `kill -9 ${pid}`, '/')
  }
}

const ownerOf = pid => {
  try {
    return Number(/^Uid:\t\d+\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])
  } catch {
    return undefined
  }
}

/** Statements that only a superuser of PostgreSQL may run, and with which a tenant could read the passwords of the service. */
const waysOut = [
  "copy (select 1) to program 'id'",
  "copy out_of_here from program 'id'",
  "copy out_of_here from '/etc/passwd'",
  "select pg_read_file('/etc/passwd')",
  "select lo_import('/etc/passwd')",
  'alter role postgres superuser',
  'set role os_admin',
  "alter role os_admin password 'mine'",
  'create role other superuser',
  "alter system set archive_command = 'id'",
  "load '/tmp/mine.so'",
  'create extension file_fdw',
]

async function rootReachesNothing(Client, { host, port }, { name: user, password }) {
  const client = new Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  try {
    const { rows } = await client.query("select current_setting('is_superuser') as is_superuser")
    demand(rows[0].is_superuser === 'off', 'it is a superuser')
    await client.query('create temp table out_of_here (line text)')
    for (const way of waysOut) {
      const refused = await client.query(way).then(
        () => false,
        () => true,
      )
      demand(refused, `it can: ${way}`)
    }
  } finally {
    await client.end()
  }
}

/** The engines of Debian, with the flavors and the memory to expect, and a client. */
const otherEngines = {
  mariadb: {
    program: '/usr/sbin/mariadbd',
    flavors: { small: '13', large: '14' },
    contents: {
      databases: [{ name: 'shop' }],
      users: [{ name: 'keeper', password: 'keeper pass', databases: [{ name: 'shop' }] }],
    },
    memory: { small: 256 * 2 ** 20, large: 512 * 2 ** 20 },
    async client(clone, { host, port }) {
      const { createConnection } = createRequire(join(clone, 'package.json'))('mysql2/promise')
      const open = { host, port, user: 'keeper', password: 'keeper pass', database: 'shop' }
      const ask = async text => {
        const connection = await createConnection(open)
        return connection.query(text).finally(() => connection.end())
      }
      return {
        write: () => ask("create table goods (name text) as select 'kept' as name"),
        read: async () => (await ask('select name from goods'))[0][0].name,
        memory: async () => Number((await ask('select @@innodb_buffer_pool_size as bytes'))[0][0].bytes),
      }
    },
  },
  redis: {
    program: '/usr/bin/redis-server',
    flavors: { small: '11', large: '12' },
    contents: {},
    memory: { small: 96 * 2 ** 20, large: 192 * 2 ** 20 },
    async client(_clone, { host, port }, password) {
      const cli = async words => {
        const login = `REDISCLI_AUTH='${password}' redis-cli -e -h ${host} -p ${port} --user default`
        return (await mustRun('root', `${login} ${words}`, '/')).out.trim()
      }
      return {
        write: async () => cli('SET goods kept'),
        read: async () => cli('GET goods'),
        memory: async () => Number((await cli('CONFIG GET maxmemory')).split('\n')[1]),
      }
    },
  },
}

/** Instances of an installed engine: data survives a resize, which changes the memory of the server. */
async function otherEngine(person, clone, name) {
  const engine = otherEngines[name]
  if (!existsSync(engine.program)) return
  const data = `${name}-of-${person}`
  const server = await start(person, clone, `--port 0 --data-dir ${data}`)
  let id
  try {
    await check(
      `${person}: an instance of ${name} can be created, used, resized with its data, and deleted`,
      async () => {
        const call = await logIn(server.url, join(clone, data, 'clouds.yaml'), 'trove-demo')
        const well = () =>
          until('ACTIVE', 180, async () => {
            const { instance } = (await call('GET', `/instances/${id}`)).body
            demand(instance.status !== 'ERROR', JSON.stringify(instance.fault))
            return instance.status === 'ACTIVE' && instance.operating_status === 'HEALTHY' && instance
          })
        const request = flavorRef => ({
          instance: { name, flavorRef, volume: { size: 1 }, datastore: { type: name }, ...engine.contents },
        })
        const refused = await call('POST', '/instances', request('1'))
        demand(refused.status === 400, `an unassociated flavor is answered ${refused.status}`)
        demand(/^Flavor 1 is not supported/.test(refused.body.badRequest.message), JSON.stringify(refused.body))
        const made = await call('POST', '/instances', request(engine.flavors.small))
        demand(made.status === 200, `it answers ${made.status} ${JSON.stringify(made.body)}`)
        id = made.body.instance.id
        const { endpoint } = await well()
        const root = await call('POST', `/instances/${id}/root`)
        demand(root.status === 200, `root answers ${root.status} ${JSON.stringify(root.body)}`)
        const client = await engine.client(clone, endpoint, root.body.user.password)
        await client.write()
        demand((await client.memory()) === engine.memory.small, `its memory is ${await client.memory()}`)
        const resize = { resize: { flavorRef: engine.flavors.large } }
        demand((await call('POST', `/instances/${id}/action`, resize)).status === 202, 'the resize is refused')
        demand((await well()).flavor.id === engine.flavors.large, 'the flavor has not changed')
        demand(
          (await client.memory()) === engine.memory.large,
          `after the resize, its memory is ${await client.memory()}`,
        )
        demand((await client.read()) === 'kept', 'the row is gone')
        demand((await call('DELETE', `/instances/${id}`)).status === 202, 'it cannot be deleted')
        await until('gone', 180, async () => (await call('GET', `/instances/${id}`)).status === 404)
        demand(processesOf(id).length === 0, 'a process is left')
        const left = await foldersOf(clone, id)
        demand(left === '', `left: ${left}`)
      },
    )
  } finally {
    await server.stop()
    if (id) for (const pid of processesOf(id)) await sh('root', `kill -9 ${pid}`, '/')
  }
}

/** The package of `npm pack` can be installed and run in another folder, on the Node of npm. */
async function packaged(person, clone) {
  await check(
    `${person}: npm pack, installed in another folder: the programs run, and the systemd units are valid`,
    async () => {
      const elsewhere = join(clone, '..', 'elsewhere')
      await mustRun(person, `mkdir '${elsewhere}' && npm pack --silent --pack-destination '${elsewhere}'`, clone)
      await mustRun(person, `npm install --silent --global --prefix '${elsewhere}' ./trove-ts-*.tgz`, elsewhere, 600)
      const listed = (await mustRun(person, 'tar tzf trove-ts-*.tgz', elsewhere)).out.trim().split('\n')
      // Types of the client are for others to use.
      const needless = listed.filter(name => /(?<!\.d)\.ts$|\/(test|src|bench)\//.test(name))
      demand(needless.length === 0, `the package contains ${needless}`)
      const bin = join(elsewhere, 'bin')
      const server = await start(person, clone, '--port 0 --data-dir ../elsewhere/data', `${bin}/trove-all-in-one`)
      try {
        demand((await fetch(`${server.url}/healthcheck`)).status === 200, 'it is not healthy')
        const list = await mustRun(
          person,
          `${bin}/trove-manage --data-dir data datastore_version_flavor_list postgresql 18`,
          elsewhere,
        )
        demand(/db\.micro/.test(list.out), list.out)
      } finally {
        const { code, err } = await server.stop('SIGTERM')
        demand(code === 0, `when stopped, it ended with ${code}\n${err}`)
      }
      if (spawnSync('systemd-analyze', ['--version']).status !== 0)
        return note('NOT RUN', 'systemd-analyze is missing (apt-get install systemd): the unit files are not verified')
      const units = `${elsewhere}/lib/node_modules/trove-ts/packaging/systemd`
      const verify = `mkdir units && for unit in '${units}'/*.service; do sed 's#/opt/trove-ts/bin#${bin}#; /^User=/d' "$unit" > "units/$(basename "$unit")"; done && systemd-analyze verify --man=no units/*.service`
      const { out, err } = await mustRun(person, verify, elsewhere)
      // It may also report problems with other units of this machine.
      demand(!/trove-ts(-\w+)?@?\.service/.test(out + err), out + err)
    },
  )
}

/** A failed start prints a sentence and exits with 1. */
async function startsThatFail(person, clone) {
  await check('port in use, folder not writable, damaged file: one sentence and exit code 1', async () => {
    const server = await start(person, clone, '--port 0 --data-dir first')
    const port = new URL(server.url).port
    const attempts = {
      [`--port ${port} --data-dir second`]: /already in use by another program/,
      '--port 0 --data-dir /dev/null/folder': /cannot be written to/,
      '--port 0 --data-dir damaged': /cannot be opened: .*not a database/s,
    }
    try {
      await mustRun(person, 'mkdir -p damaged && head -c 9000 /dev/urandom > damaged/trove.sqlite', clone)
      for (const [args, sentence] of Object.entries(attempts)) {
        const { code, out, err } = await sh(person, `npm start --silent -- ${args}`, clone, 60)
        demand(code === 1, `${args} ended with ${code}`)
        demand(sentence.test(err) && !/\n\s+at /.test(out + err), `${args} printed\n${out}${err}`)
      }
    } finally {
      await server.stop()
    }
  })
  await check('after SIGKILL, the next start still has all data', async () => {
    const first = await start(person, clone, '--port 0 --data-dir killed')
    const list = 'npx trove-manage --data-dir killed datastore_version_flavor_list postgresql 18 -f json'
    const before = (await sh(person, list, clone)).out
    await first.stop('SIGKILL')
    const second = await start(person, clone, '--port 0 --data-dir killed')
    try {
      const after = (await sh(person, list, clone)).out
      demand(before === after && JSON.parse(after).length === 3, `before ${before} after ${after}`)
      await (await logIn(second.url, join(clone, 'killed', 'clouds.yaml'), 'trove-admin'))('GET', '/flavors')
    } finally {
      await second.stop()
    }
  })
}

/** Runs the tests beside a real Keystone, Placement, Glance, Nova, MariaDB and Trove 18, which they install, start and stop. */
async function besideOpenstack() {
  const what = 'npm run test:openstack, beside a real OpenStack and a real Trove'
  if (!isRoot) return note('NOT RUN', `${what}: requires root`)
  const install = flags.includes('--install') ? ' -- --install' : ''
  await check(`root: clone, npm ci and ${what}`, async () => {
    const clone = await freshClone('root')
    await mustRun('root', 'npm ci --no-progress', clone)
    const run = await sh('root', `npm run --silent test:openstack${install}`, clone, 2400)
    const summary = run.out
      .split('\n')
      .filter(line => /^ℹ (tests|pass|fail|skipped)|^NOT RUN|^\[\d+ s\]|^seconds {2}file|^ *\d+\.\d {2}/.test(line))
    console.log(summary.join('\n'))
    const failures = run.out.slice(Math.max(run.out.lastIndexOf('✖ failing tests:'), run.out.length - 6000, 0))
    demand(run.code === 0, `it ended with ${run.code}\n${failures}\n${run.err.slice(-1500)}`)
    // Two processes print such lines.
    const total = counter =>
      [...run.out.matchAll(new RegExp(`^ℹ ${counter} (\\d+)`, 'gm'))].reduce((sum, [, count]) => sum + Number(count), 0)
    demand(total('pass') >= 200, 'fewer than 200 tests ran')
    demand(total('skipped') === 0, 'some tests were skipped')
  })
}

const stockClientProgram = '/usr/bin/openstack'

/** Programs of Debian that checks use, and their packages. */
const systemPackages = {
  '/usr/bin/bwrap': 'bubblewrap',
  [otherEngines.mariadb.program]: 'mariadb-server',
  [otherEngines.redis.program]: 'redis-server',
  [stockClientProgram]: 'python3-openstackclient python3-troveclient',
}

async function installPrograms() {
  const missing = () => Object.keys(systemPackages).filter(program => !existsSync(program))
  const packages = missing().map(program => systemPackages[program])
  if (packages.length > 0 && flags.includes('--install') && isRoot) {
    const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends'
    await mustRun('root', `apt-get update -q && ${install} ${packages.join(' ')}`, '/', 900)
  }
  for (const program of missing())
    note('NOT RUN', `the checks with ${program} (apt-get install ${systemPackages[program]}, or --install as root)`)
}

async function main() {
  await installPrograms()
  if (isRoot && !uidOf(ordinaryUser))
    await mustRun('root', `useradd --create-home --shell /bin/bash ${ordinaryUser}`, '/')
  const people = isRoot ? ['root', ordinaryUser] : [process.env.USER ?? 'this user']
  if (!isRoot) note('NOT RUN', 'the checks as root (start this script as root to run both)')
  // It keeps one core busy for longer than the checks of the people, so `npm test` runs beside its second half.
  const openstack = flags.includes('--quick') ? undefined : besideOpenstack()
  let clone
  let testedClone
  for (const person of people) {
    for (const scripts of [true, false]) {
      const made = await strangersFirstMinutes(person, scripts)
      if (made && scripts) {
        await realInstances(person, made)
        for (const name of Object.keys(otherEngines)) await otherEngine(person, made, name)
      }
      clone = clone ?? (made && { person, made })
      if (person !== 'root' && scripts === !isRoot) testedClone = made && { person, made }
      else if (made && clone.made !== made) rmSync(join(made, '..'), { recursive: true, force: true })
    }
  }
  if (clone) {
    await stockClient(clone.person, clone.made)
    await operatorAndTenant(clone.person, clone.made)
    await rulesOfADatastore(clone.person, clone.made)
    await startsThatFail(clone.person, clone.made)
    await packaged(clone.person, clone.made)
  }
  if (testedClone && !flags.includes('--quick'))
    await check(`${testedClone.person}: npm test`, () =>
      mustRun(testedClone.person, 'npm test', testedClone.made, 1200),
    )
  await openstack
}

try {
  await main()
} finally {
  for (const folder of folders) if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
  if (isRoot) spawnSync('userdel', ['--remove', ordinaryUser], { stdio: 'ignore' })
}
const count = mark => results.filter(result => result === mark).length
console.log(`acceptance: ${count('ok')} passed, ${count('FAILED')} failed, ${count('NOT RUN')} not run`)
process.exitCode = count('FAILED') + count('NOT RUN') > 0 ? 1 : 0
