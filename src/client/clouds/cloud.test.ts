import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, beforeEach, describe, test } from 'node:test'
import { chooseCloud } from './cloud.ts'

const root = mkdtempSync(join(tmpdir(), 'trove-ts-clouds-'))
let around: { env: Record<string, string>; folder: string; home: string }
let count = 0
beforeEach(() => {
  const own = join(root, String(count++))
  around = { env: {}, folder: join(own, 'here'), home: join(own, 'home') }
})
after(() => rmSync(root, { recursive: true }))

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const here = (name: string, text: string) => write(join(around.folder, name), text)
const cloudText = (name: string, url = 'http://k/v3') =>
  `clouds:\n  ${name}:\n    auth: { auth_url: ${url}, username: ann, password: 007, project_name: shop }\n`
const choose = (cloud?: string, settings = {}) => chooseCloud(around, { ...(cloud ? { cloud } : {}), settings })
const credentialsOf = (cloud?: string) => choose(cloud).credentials(async () => undefined)
const problemOf = (cloud?: string, settings = {}) => {
  try {
    choose(cloud, settings)
    return 'none'
  } catch (error) {
    return (error as Error).message.replaceAll(around.folder, '.').replaceAll(around.home, '~')
  }
}

describe('the cloud', () => {
  test('is the named one, by the option or else OS_CLOUD', () => {
    here('clouds.yaml', `${cloudText('a', 'http://a')}${cloudText('b', 'http://b').replace('clouds:\n', '')}`)
    around.env.OS_CLOUD = 'a'
    assert.equal(choose().authUrl, 'http://a')
    assert.equal(choose('b').authUrl, 'http://b')
  })

  test('is the only one of clouds.yaml when none is named', () => {
    here('clouds.yaml', cloudText('only'))
    assert.equal(choose().origin, `the cloud 'only' of ${join(around.folder, 'clouds.yaml')}`)
  })

  test('is that of the variables OS_* when they have an auth_url and no cloud is named', async () => {
    here('clouds.yaml', cloudText('only'))
    around.env = { OS_AUTH_URL: 'http://env/v3', OS_USERNAME: 'bob', OS_PASSWORD: 'pw', OS_PROJECT_ID: 'p1' }
    assert.equal(choose().authUrl, 'http://env/v3')
    assert.deepEqual(await credentialsOf(), {
      kind: 'password',
      user: { id: undefined, name: 'bob', domain: { id: 'default' } },
      password: 'pw',
      project: { id: 'p1', name: undefined, domain: { id: 'default' } },
    })
  })

  test('is found in the usual places, the first file only', () => {
    write(join(around.home, '.config/openstack/clouds.yaml'), cloudText('home', 'http://home'))
    assert.equal(choose().authUrl, 'http://home')
    write(join(around.home, 'xdg/openstack/clouds.yml'), cloudText('xdg', 'http://xdg'))
    around.env.XDG_CONFIG_HOME = join(around.home, 'xdg')
    assert.equal(choose().authUrl, 'http://xdg')
    here('clouds.json', '{"clouds": {"json": {"auth": {"auth_url": "http://json", "username": "ann"}}}}')
    assert.equal(choose().authUrl, 'http://json')
    around.env.OS_CLIENT_CONFIG_FILE = write(join(around.home, 'named.yaml'), cloudText('named', 'http://named'))
    assert.equal(choose().authUrl, 'http://named')
  })

  test('has what secure.yaml adds, and its profile in clouds-public.yaml below it', async () => {
    here(
      'clouds.yaml',
      'clouds:\n  a:\n    profile: acme\n    region_name: R2\n    auth: { username: ann, project-name: shop }\n',
    )
    here('secure.yaml', 'clouds: { a: { auth: { password: "007" } } }')
    here('clouds-public.yaml', 'public-clouds: { acme: { region_name: R1, auth: { auth_url: http://acme } } }')
    const cloud = choose()
    assert.deepEqual([cloud.authUrl, cloud.region], ['http://acme', 'R2'])
    const credentials = await credentialsOf()
    assert.deepEqual(credentials.kind === 'password' && [credentials.password, credentials.project?.name], [
      '007',
      'shop',
    ])
  })

  test('takes options before variables, and variables before the file', () => {
    here(
      'clouds.yaml',
      `${cloudText('a')}    region_name: file\n    interface: internal\n    verify: false\n    cacert: ~/ca.pem\n`,
    )
    assert.deepEqual([choose().region, choose().interface, choose().insecure], ['file', 'internal', true])
    assert.equal(choose().cacert, join(around.home, 'ca.pem'))
    around.env.OS_REGION_NAME = 'env'
    assert.equal(choose().region, 'env')
    assert.equal(choose(undefined, { region_name: 'option' }).region, 'option')
    around.env.OS_DATABASE_INTERFACE = 'admin'
    around.env.OS_DATABASE_ENDPOINT_OVERRIDE = 'http://db'
    assert.deepEqual([choose().interface, choose().endpointOverride], ['admin', 'http://db'])
  })
})

test('each way to log in is read', async () => {
  around.env = { OS_AUTH_URL: 'http://k', OS_APPLICATION_CREDENTIAL_ID: 'c1', OS_APPLICATION_CREDENTIAL_SECRET: 's' }
  assert.deepEqual(await credentialsOf(), { kind: 'application credential', id: 'c1', secret: 's' })
  around.env = {
    OS_AUTH_URL: 'http://k',
    OS_AUTH_TYPE: 'v3applicationcredential',
    OS_APPLICATION_CREDENTIAL_NAME: 'ci',
    OS_APPLICATION_CREDENTIAL_SECRET: 's',
    OS_USERNAME: 'ann',
    OS_USER_DOMAIN_NAME: 'Shop',
  }
  const user = { id: undefined, name: 'ann', domain: { name: 'Shop' } }
  assert.deepEqual(await credentialsOf(), { kind: 'application credential', name: 'ci', user, secret: 's' })
  around.env = { OS_AUTH_URL: 'http://k', OS_TOKEN: 't' }
  assert.deepEqual(await credentialsOf(), { kind: 'token', token: 't', project: undefined })
})

test('a password that is missing is asked for', async () => {
  around.env = { OS_AUTH_URL: 'http://k', OS_USERNAME: 'ann' }
  const questions: string[] = []
  const credentials = await choose().credentials(async question => {
    questions.push(question)
    return 'typed'
  })
  assert.deepEqual(questions, ["Password of user 'ann' in the variables OS_*: "])
  assert.equal(credentials.kind === 'password' && credentials.password, 'typed')
  await assert.rejects(
    credentialsOf(),
    /has no password: the password of user 'ann'\. Set it there, or in OS_PASSWORD\.$/,
  )
})

test('an error says what to do', () => {
  assert.match(
    problemOf(),
    /^No cloud is configured\. Name a cloud .* OS_AUTH_URL .* looked for in \., ~\/\.config\/openstack, /,
  )
  assert.match(problemOf('a'), /^There is no clouds\.yaml that could have the cloud 'a'\. It was looked for in /)
  here('clouds.yaml', `${cloudText('trove-demo')}  trove-admin: {}\n`)
  assert.equal(
    problemOf('trove-deno'),
    "The cloud 'trove-deno' is not in ./clouds.yaml. Did you mean 'trove-demo'? Clouds: trove-demo, trove-admin.",
  )
  assert.match(
    problemOf('trove-admin'),
    /^The cloud 'trove-admin' of \.\/clouds\.yaml has no auth_url: .* OS_AUTH_URL\.$/,
  )
  assert.match(problemOf('trove-demo', { auth_type: 'v3totp' }), /^The auth_type 'v3totp' .* OS_TOKEN=/)
  assert.match(problemOf('trove-demo', { auth_url: 'k:5000' }), /^The auth_url of .* is not a URL\./)
  here('clouds.yaml', 'clouds: { a: { profile: acme } }')
  assert.match(problemOf('a'), /^The cloud 'a' has the profile 'acme', which is not in any clouds-public\.yaml\./)
})

test('an error about a file does not quote it, since it has passwords', () => {
  for (const text of [
    'clouds: { a: { auth: { password: *hunter2 } } }',
    'clouds: { a: { auth: "hunter2',
    '{"clouds": hunter2 hunter2: }',
  ]) {
    here('clouds.yaml', text)
    assert.match(problemOf('a'), /^\.\/clouds\.yaml cannot be used: line 1, column \d+ is not valid YAML\.$/)
  }
})
