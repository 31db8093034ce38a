import { readFileSync, writeFileSync } from 'node:fs'
import { notOffered, routes } from '../../src/api/routes.ts'
import { commands } from '../../src/cli/commands.ts'
import { formatsOf } from '../../src/cli/formats.ts'
import { referencesMax } from '../../src/config/interpolate.ts'
import type { Option } from '../../src/config/option.ts'
import { options } from '../../src/config/options.ts'
import { datastoreCatalogueSchema, datastoreCatalogueSchemaText } from '../../src/datastore-catalogue/schema.ts'
import { readAtOnceBytesMax } from '../../src/flavor-catalogue/catalogue.ts'
import { entriesMax } from '../../src/flavor-catalogue/parse.ts'
import { catalogueSchema, catalogueSchemaText, standardVolumeType } from '../../src/flavor-catalogue/schema.ts'
import { schemaFileName } from '../../src/flavor-catalogue/starter.ts'
import { openMetrics } from '../../src/main/metrics.ts'
import type { FlavorId } from '../../src/model/ids.ts'
import { levels } from '../../src/model/level.ts'
import type { Refused } from '../../src/model/refused.ts'
import { reasonFacts } from '../../src/model/verdict.ts'
import type { Stores } from '../../src/ports/stores.ts'
import { accessRefusal, isForAdmins } from '../../src/rules/access/decide.ts'
import { basePolicies, defaultPolicies, type PolicyName, policies } from '../../src/rules/access/default-policies.ts'
import { checksMax } from '../../src/rules/access/parse-policies.ts'
import { depthMax } from '../../src/rules/access/policy-language.ts'
import { identityRefusal } from '../../src/rules/access/refusals.ts'
import type { FindingKind } from '../../src/rules/allowed/flavor/compliance.ts'
import { groupOf, kindFacts, reportedLevel } from '../../src/rules/allowed/flavor/compliance-kinds.ts'
import { instanceFindingWords, versionFindingWords } from '../../src/rules/allowed/flavor/compliance-words.ts'
import { flavorRefusal } from '../../src/rules/allowed/flavor/refusals.ts'
import { numberProperties, operators, sizeUnits, textProperties } from '../../src/rules/allowed/flavor/requirement.ts'
import { volumeTypeReasonCodes } from '../../src/rules/allowed/volume-type/decide.ts'
import { volumeTypeRefusal } from '../../src/rules/allowed/volume-type/refusals.ts'
import { catalogueRefusal } from '../../src/rules/datastore-catalogue/refusals.ts'
import { gateRefusal } from '../../src/rules/gate/refusals.ts'
import { historyRefusal } from '../../src/rules/policy-history/refusals.ts'
import { refusal } from '../../src/rules/refusals.ts'
import { waiverRefusal } from '../../src/rules/waivers/refusals.ts'
import { cloudOptions, tenantCommands } from '../../src/tenant/commands.ts'
import { fileBytesMax } from '../../src/yaml-file/plain-file.ts'
import { yamlBounds } from '../../src/yaml-file/yaml-bounds.ts'

/** The reference pages that are generated from the code: file name → text. `npm run gen` writes them. */
export const pages = (): Readonly<Record<string, string>> => ({
  'trove-manage.md': manualPage(),
  'trovets.md': tenantManualPage(),
  'api.md': apiPage(),
  'configuration.md': configurationPage(),
  'refusals.md': refusalsPage(),
  'metrics.md': metricsPage(),
  'requirements.md': requirementsPage(),
  'flavor-catalogue.md': cataloguePage(),
  'flavor-catalogue.schema.json': catalogueSchemaText(),
  'policies.md': policiesPage(),
  'compliance-findings.md': findingsPage(),
  'datastore-catalogue.md': datastoreCataloguePage(),
  'datastore-catalogue.schema.json': datastoreCatalogueSchemaText(),
})

/** The size limits of a file; `more` is inserted after the first. */
function boundsWords(bytesMax: number, more = ''): string {
  const { depth, aliases, keys, values } = yamlBounds
  return `Maximum: ${bytesMax / 2 ** 20} MiB, ${more}${depth} levels of nested lists and maps, ${keys} keys per map, ${aliases} aliases (\`*name\`) and ${values} values with aliases expanded. A file beyond a limit is refused, and the message says where. The file must be a regular file or a link to one; pipes and devices are refused.`
}

const made = '<!-- Generated from the code by `npm run gen`. -->'
const row = (cells: readonly string[]) =>
  `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', '<br>')).join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

function manualPage(): string {
  const sections = commands.map(command => {
    const args = (command.args ?? []).map(([name]) => (name.startsWith('[') ? name : name.toUpperCase()))
    const options = [
      ...(command.options ?? []),
      ...(command.lists ? [['-f, --format <format>', `One of ${formatsOf(command).join(', ')}.`] as const] : []),
    ]
    const [line, does] = command.example
    return [
      `## ${command.verb}`,
      command.summary,
      `\`\`\`\ntrove-manage ${[command.verb, ...args].join(' ')}${options.length > 0 ? ' [options]' : ''}\n\`\`\``,
      ...(command.args
        ? [
            table(
              ['argument', 'description'],
              command.args.map(([name, says]) => [`\`${name}\``, says]),
            ),
          ]
        : []),
      ...(options.length > 0
        ? [
            table(
              ['option', 'description'],
              options.map(([flags, says]) => [`\`${flags}\``, says]),
            ),
          ]
        : []),
      `Example: \`${line}\` – ${does}`,
    ].join('\n\n')
  })
  return `${[
    '# trove-manage',
    made,
    'Changes the database directly, and the files in the data folder. The server need not run; a running server applies changes at once. Datastores and versions can be given by name or id.',
    'Global options, before or after the command: `--config-file PATH` (or the environment variable `TROVE_CONFIG_FILE`) is the trove.conf, and `--config-dir DIR` a folder of such files ([several](configuration.md) are merged); `--data-dir DIR` is the data folder (default: `./trove-data`, if none of them is given); `--debug` shows the cause of an error. In a checkout, run it as `npx trove-manage`.',
    'Results go to stdout, errors and warnings to stderr. Exit codes: 0 for success; 1 if the command was refused or failed (then nothing was changed, unless a list shows what was), or if its output could not be written; 2 for an invalid command line; 3 if `flavor_compliance` found violations, or if `catalog_apply --dry-run` or `preset_apply --dry-run` found changes to make.',
    ...sections,
  ].join('\n\n')}\n`
}

function tenantManualPage(): string {
  const sections = tenantCommands.map(({ verb, summary, args, options = [], formats, example: [line, does] }) =>
    [
      `## ${verb}`,
      summary,
      `\`\`\`text\ntrovets ${[verb, ...args.map(([name]) => name.toUpperCase())].join(' ')} [options]\n\`\`\``,
      table(
        ['argument or option', 'description'],
        [
          ...args.map(([name, says]) => [`\`${name}\``, says]),
          ...options.map(([flags, says]) => [`\`${flags}\``, says]),
          ['`-f, --format <format>`', `One of ${formats.join(', ')} (default: ${formats[0]}).`],
        ],
      ),
      `Example: \`${line}\` – ${does}`,
    ].join('\n\n'),
  )
  const parts: Readonly<Record<string, string>> = {
    commands: sections.join('\n\n'),
    clouds: table(
      ['option', 'key in clouds.yaml', 'variable', 'description'],
      [
        ['`--os-cloud <name>`', '', '`OS_CLOUD`', 'Cloud of clouds.yaml.'],
        ...cloudOptions.map(([flags, key, says]) => [
          `\`${flags}\``,
          `\`${key}\``,
          `\`OS_${key.toUpperCase()}\``,
          says,
        ]),
        ['`--insecure`', '`verify: false`', '`OS_INSECURE`', 'Do not check the certificates of servers.'],
      ],
    ),
    limits: boundsWords(fileBytesMax.templates),
  }
  return readFileSync(`${import.meta.dirname}/trovets.md`, 'utf8').replace(
    madePart,
    (_, part: string) => `\n${parts[part]}\n\n`,
  )
}

function apiPage(): string {
  const offered = routes.map(route => [
    `\`${route.method} ${route.path}\``,
    isForAdmins(defaultPolicies, route.policy) ? 'admin' : 'anyone',
    `\`${route.policy}\``,
    [route.answers[0], route.dryRunStatus, route.emptyStatus].filter(status => status !== undefined).join(' or '),
    route.summary,
  ])
  return `${[
    '# API',
    made,
    'Paths are relative to `/v1.0/{project}`; the project must be the project of the token in `X-Auth-Token`. The [OpenAPI document](../../openapi/trove.json) describes requests and responses; a server serves it at `/openapi.json`. See also the [differences from Trove’s API](../differences.md).',
    table(['route', 'allowed for', 'access policy', 'status', 'description'], offered),
    'These URLs need no token: `GET /` (versions), `GET /healthcheck`, `GET /metrics` ([metrics](metrics.md)), `GET /openapi.json`, and the embedded identity below `/identity/v3`.',
    'An error is `{"<name>": {"code": <status>, "message": "<sentence>"}}`; see the [list of errors](refusals.md). Every response has the header `x-openstack-request-id`.',
    '## Not available yet',
    'These paths, and all paths below them, return 501 with a message.',
    Object.keys(notOffered)
      .map(path => `- \`${path}\``)
      .join('\n'),
  ].join('\n\n')}\n`
}

const callerWith = (...roles: string[]) => ({
  userId: 'user',
  projectId: 'project',
  roles,
  isAdmin: roles.includes('admin'),
})

/** The status that a policy returns to each kind of caller, for a resource of their own project; a dash if it allows the call. */
const answersOf = (policy: PolicyName) =>
  [callerWith('reader'), callerWith('member'), callerWith('admin', 'member')].map(caller =>
    String(accessRefusal(defaultPolicies, policy, caller)?.status ?? '–'),
  )

function policiesPage(): string {
  const actions = routes.flatMap(({ method, path, actionPolicies = [] }) =>
    actionPolicies.map(policy => [
      `\`${method} ${path}\`, depending on the body`,
      `\`${policy}\``,
      ...answersOf(policy),
    ]),
  )
  const asked = routes.map(({ method, path, policy }) => [
    `\`${method} ${path}\``,
    `\`${policy}\``,
    ...answersOf(policy),
  ])
  const rules = Object.entries({ ...basePolicies, ...policies }).map(([name, rule]) => [
    `\`${name}\``,
    rule === '' ? '' : `\`${rule}\``,
  ])
  return `${[
    '# Access policies',
    made,
    'Access policies define who may call what, in the language of oslo.policy and under Trove’s names. `[oslo_policy] policy_file` (YAML or JSON; `policy.yaml` beside the trove.conf) and the files in `policy_dirs` override the defaults below. The files are reloaded when they change. If an edit is invalid (a rule cannot be parsed, refers to an unknown rule, or refers to itself), the previous rules stay in use, and the log says so. A server does not start with an invalid file. `trove-manage policy_show` shows the current rules, and with `--roles` what they allow for these roles.',
    'A rule combines checks with `and`, `or`, `not` and parentheses. The checks:',
    table(
      ['check', 'passes for'],
      [
        ['empty, or `@`', 'every caller with a token'],
        ['`!`', 'no caller'],
        ['`role:NAME`', 'callers with that role in the project of the token, in any letter case'],
        ['`rule:NAME`', 'callers who pass that rule'],
        [
          '`ATTRIBUTE:TEXT`',
          'callers whose attribute equals that text. Attributes are `user`, `project`, `roles` and `is_admin` (`True` for callers who pass the rule `context_is_admin`). The older names `user_id`, `project_id`, `tenant` and `tenant_id` also work',
        ],
        ['`LITERAL:TEXT`', "every caller, if both sides are equal: `True:…`, `None:…`, `5:…`, `'word':…`"],
      ],
    ),
    'In TEXT, `%(tenant)s` (or `tenant_id`, `project_id`) is replaced by the project of the resource. The list-of-lists syntax of older files is supported; `http:` checks are not.',
    `${boundsWords(fileBytesMax.policies)} A rule may have at most ${depthMax} levels of parentheses and \`not\`, and at most ${checksMax} checks, including those of the rules that it refers to.`,
    '## Rules',
    'An empty rule allows every caller with a token. Names that begin with `mgmt:` exist only in trove-ts: Trove checks whether the caller is an admin instead. If they deny a call, the status is 401, as in Trove, and not 403.',
    table(['rule', 'default'], rules),
    '## Default result for each role',
    'The status that the default rules return. A dash means that the call is allowed. For a project other than that of the token, every route returns 403; without a token, 401.',
    table(['route', 'access policy', 'reader', 'member', 'admin'], [...asked, ...actions]),
  ].join('\n\n')}\n`
}

const formerly = ({ formerly = [] }: Option) =>
  formerly.length === 0 ? '' : ` Also: ${formerly.map(([section, key]) => `\`[${section}] ${key}\``).join(', ')}.`

function configurationPage(): string {
  const rows = Object.values(options as Record<string, Option>).map(option => [
    `\`[${option.section}] ${option.key}\``,
    option.choices ? option.choices.join(', ') : option.kind,
    option.fallback === undefined ? '' : `\`${option.fallback}\``,
    option.fallbackWithoutFile === undefined ? '' : `\`${option.fallbackWithoutFile}\``,
    `${option.says}${formerly(option)}`,
  ])
  return `${[
    '# Configuration',
    made,
    'The `trove.conf` of a Trove works: keys that Trove has keep their section and meaning, ours are in `[trovets]`, and every other key is ignored with a line in the debug log. An invalid value is an error that names file, line, section and key, and never shows a secret.',
    'Every program reads `--config-file PATH` and `--config-dir DIR`. Both can be repeated. Files are read in the order of the command line, and later values win. Of a folder, every `*.conf` is read, sorted by name. A file or folder that does not exist is an error. `TROVE_CONFIG_FILE` names the file that is read first if there is no `--config-file`.',
    'Without a file or folder, everything is in the *data folder*, `--data-dir` (`./trove-data`), and the defaults are those in the column “default without a file”. `/etc/trove` is read only if it is named.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
    'The format is that of oslo.config ([differences](../differences.md#configuration)): `key = value` or `key: value` in a `[section]`, comment lines with `#` or `;`, quotes around a value are dropped, indented lines continue a value, `$other_key` and `${section.key}` fill in another value, `$$` or `\\$` is a dollar sign. The letter case of a section does not matter, except for `[DEFAULT]`. If a key is repeated, the last value counts. A *list* is one value with commas; a key of kind *several* can be repeated, and each value counts. An environment variable `OS_SECTION__KEY`, such as `OS_DATABASE__CONNECTION`, wins over all files.',
    'An empty value means that the key is not given, so its default applies. An empty *list* has no members.',
    '`trove-manage config_check` shows which keys of a configuration are used, ignored or wrong.',
    table(['key', 'kind', 'default', 'default without a file', 'description'], rows),
    '`{data_dir}` is the data folder.',
    `A file may have ${fileBytesMax.settings / 2 ** 20} MiB at most, and a value ${referencesMax} references to other keys. It must be a file, or a link to one.`,
    'Examples of database URLs: `mysql+pymysql://user:password@host:3306/trove`, `postgresql://user:password@host:5432/trove`, `sqlite:///relative/file` and `sqlite:////absolute/file`. They are parsed as in SQLAlchemy: a password may contain any character except @, which is written %40. For encryption, see [database URLs](database-urls.md).',
  ].join('\n\n')}\n`
}

const eventNamed = (id: string) => ({
  ...{ id, created: new Date('2026-11-23T20:58:35Z'), actor: '{user}', requestId: null, versionId: '{versionId}' },
  ...{ action: 'added', key: 'flavor', value: '{value}' },
})

/** Placeholders for the facts of a refusal; a list where its message expects one. */
const facts = new Proxy<Record<string, unknown>>(
  {
    problems: ['{problem}'],
    hints: ['{hints}'],
    tags: ['{tags}'],
    codes: ['{code}'],
    waivable: ['{waivable}'],
    known: ['{actions}'],
    actions: ['{action}', '{otherAction}'],
    resources: ['{resource}'],
    flavorIds: ['{flavor}'],
    volumeTypes: ['{volumeType}'],
    reasons: [{ code: 'not_associated' }],
    misfits: [
      {
        flavorId: '{flavorId}',
        verdict: {
          reasons: [{ code: 'requirement_not_met', requirement: '{requirement}', actual: '{actual}', unit: null }],
        },
      },
    ],
    alternatives: { one: '{thing}', many: '{things}', all: [{ name: '{alternative}' }] },
    named: { datastore: '{datastore}', version: '{version}' },
    owner: { versionId: '{versionId}' },
    allowed: [],
    event: eventNamed('{event}'),
    undo: eventNamed('{laterEvent}'),
    others: [eventNamed('{laterEvent}')],
    together: [eventNamed('{laterEvent}'), eventNamed('{event}')],
    why: 'follows_image',
    contradictions: [['{requirement}', '{other requirement}']],
    namesakes: [{ id: '{flavorId}', vcpus: '{vcpus}', ramMb: '{ramMb}', diskGb: '{diskGb}' }],
  },
  { get: (lists, name) => lists[String(name)] ?? `{${String(name)}}` },
)

const code = (text: string) => `\`${text}\``

/** The reason codes of a refused flavor, each with its facts. */
const flavorReasons = Object.entries(reasonFacts)
  .map(([name, facts]) => (facts.length > 0 ? `${code(name)} with ${facts.map(code).join(', ')}` : code(name)))
  .join('; ')
const volumeTypeReasons = volumeTypeReasonCodes.map(code).join(', ')

function refusalsPage(): string {
  const list = Object.values({
    ...refusal,
    ...identityRefusal,
    ...flavorRefusal,
    ...volumeTypeRefusal,
    ...catalogueRefusal,
    ...waiverRefusal,
    ...gateRefusal,
    ...historyRefusal,
  } as Record<string, (f: never) => Refused>)
  const rows = list.map(make => {
    const { code, status, message, hint } = make(facts as never)
    return [`\`${code}\``, `${status}`, message, hint ?? '']
  })
  return `${[
    '# Errors (refusals)',
    made,
    'A *refusal* is an expected error. The API returns its status and message; trove-manage prints its message and hint and exits with 1. If Trove has the same case, status and message are Trove’s, even if they are surprising, because clients match on them. A refused request or command has changed nothing.',
    'If something is not found, the message ends with what there is, out of what the caller may see: `Did you mean ‘mysql’?` if a name is near, otherwise up to five names (below: `{things}: {alternative}`). If a name is given where an id is required, it names the id: `db.micro is the name of flavor 12.`',
    table(['code', 'status', 'message', 'hint on the command line'], rows),
    `If a flavor is refused, the response also has the facts as data: \`reasons\` (${flavorReasons}) and \`allowed_flavors\` (at most 50 that the project may use, smallest first; \`warned: true\` if a flavor is admitted with a warning only). If a volume type is refused: \`reasons\` (${volumeTypeReasons}) and \`allowed_volume_types\`. If a requirement is invalid: \`column\`, \`expected\` and \`found\`.`,
    'A *fault* is an error of the server or of its environment: 500, or 503 if a service that trove-ts needs is unreachable. It has an id to search for in the log.',
  ].join('\n\n')}\n`
}

/** The command that mends a finding of each kind, with placeholders; undefined if no single command does. */
function findingCommands(): Readonly<Record<FindingKind, string | undefined>> {
  const named = { datastore: 'DATASTORE', version: 'VERSION' }
  const flavorId: FlavorId = 'FLAVOR'
  const ofVersion = (finding: Parameters<typeof versionFindingWords>[0]) => versionFindingWords(finding, named).command
  const ofInstance = (kind: Parameters<typeof instanceFindingWords>[0]['kind']) => {
    const instance = { id: 'INSTANCE', flavor: undefined, fit: { id: flavorId, name: '' }, ours: true }
    return instanceFindingWords({ kind, flavorId, reasons: [] }, instance, named).command
  }
  return {
    requirement_unreadable: ofVersion({
      kind: 'requirement_unreadable',
      requirement: 'REQUIREMENT',
      source: 'version',
    }),
    policy_unreadable: ofVersion({ kind: 'policy_unreadable', half: 'restriction', value: '' }),
    no_flavor_allowed: undefined,
    association_flavor_gone: ofVersion({
      ...{ kind: 'association_flavor_gone', flavorId, opens: false, name: undefined, successors: [] },
    }),
    association_out_of_line: ofVersion({ kind: 'association_out_of_line', flavorId, reasons: [] }),
    instance_flavor_gone: ofInstance('instance_flavor_gone'),
    instance_out_of_line: ofInstance('instance_out_of_line'),
    instance_admitted_elsewhere: ofInstance('instance_admitted_elsewhere'),
    created_without_gate: undefined,
    changed_without_gate: undefined,
    admitted_unchecked: undefined,
    admitted_by_bypass: undefined,
  }
}

const reportLevelNames = { refuse: 'error', warn: 'warning', audit: 'note' } as const

function findingsPage(): string {
  const commands = findingCommands()
  const rows = Object.entries(kindFacts).map(([name, { means, ends }]) => {
    const kind = name as FindingKind
    const ofLevel = levels.map(level => reportLevelNames[reportedLevel(kind, level)])
    const groups = levels.map(level => groupOf(kind, level, false))
    return [
      code(kind),
      [...new Set(groups)].map(code).join(', '),
      [...new Set(ofLevel)].join(', '),
      means,
      ends,
      commands[kind] === undefined ? '' : code(commands[kind]),
    ]
  })
  return `${[
    '# Compliance findings',
    made,
    '`trove-manage flavor_compliance` and `GET /mgmt/flavor-compliance` find these. Findings never change anything: instances keep running. [Show violations in a pipeline](../how-to/show-violations-in-a-pipeline.md) uses the reports.',
    '## Groups and levels',
    'The column *Group*, the property `group` in SARIF and the first half of `classname` in JUnit keep findings apart. The level is the strictest level of the rules that are broken, or that of the version.',
    table(
      ['group', 'meaning', 'SARIF', 'JUnit'],
      [
        ['`refused`', 'A request for this would be refused today.', 'error', 'failure'],
        ['`warned`', 'It would be admitted with a warning (level `warn`).', 'warning', 'skipped'],
        ['`audited`', 'It would be admitted, and only reports say so (level `audit`).', 'note', 'skipped'],
        ['`waived`', 'A waiver covers it for a while. It never fails the check.', 'suppressed', 'skipped'],
        [
          '`unasked`',
          'It was admitted without asking whether it is allowed.',
          'by the level of the rule',
          'by the level of the rule',
        ],
        [
          '`past_gate`',
          'The gate did not admit it, or only by a bypass.',
          'by the level of the version',
          'by the level of the version',
        ],
      ],
    ),
    '## Kinds',
    'The kind is the rule id in SARIF, and the second half of `classname` in JUnit. An error is a failure in JUnit; a warning or a note is a skipped test case. A kind without findings is a test case that passes. `--kind` limits the kinds.',
    table(['kind', 'group', 'SARIF level', 'meaning', 'what ends it', 'command'], rows),
    'Each finding has its command with the real names and ids, quoted for a shell: in the list *Commands* below the table, in the column *Command* of the other formats, in the property `command` in SARIF, and after `Run:` in JUnit. If the command would open the version to every flavor, it restricts the version first. If no available flavor fits, there is no command. Commands that begin with `openstack` need the credentials of an admin or of the project of the instance.',
    '## Texts',
    'Names of instances may contain any character. Line breaks, control characters and marks that change the direction of text are written as escapes such as `\\x1b` in tables, CSV, SARIF messages and JUnit. In JSON, YAML and the properties in SARIF, names are exact.',
    '## Limits',
    'Reports are written while the findings are read, so a report about every instance of a large cloud is never whole in memory. If the scan fails in between, the report is incomplete and the exit code is 1. In JUnit, a version with more than 1000 findings has several test suites.',
  ].join('\n\n')}\n`
}

/** The page is written by hand, except for the text between these marks. */
const madePart = /(?<=<!-- (?<part>\w+): made by `npm run gen` from the code -->\n)[\s\S]*?(?=<!-- end -->)/g

function requirementsPage(): string {
  const parts: Readonly<Record<string, string>> = { properties: propertyTable(), grammar: grammar() }
  return readFileSync(`${import.meta.dirname}/requirements.md`, 'utf8').replace(
    madePart,
    (_, part: string) => `\n${parts[part]}\n\n`,
  )
}

const sizeUnitNames = Object.keys(sizeUnits)

const propertyTable = () =>
  table(
    ['property', 'description', 'unit of the value', 'accepted units'],
    [
      ...numberProperties.map(([name, { says, unit, isWhole, sizeIn }]) => [
        code(name),
        says,
        isWhole ? `whole ${unit}` : unit,
        sizeIn ? sizeUnitNames.join(', ') : '–',
      ]),
      ...textProperties.map(([name, { says }]) => [
        code(name),
        says,
        'none: a text, or a pattern with `*` and `?`',
        '–',
      ]),
      ['`extra_specs[KEY]`', 'an extra spec of the flavor: a quota, a trait or any other key', 'none', '–'],
    ],
  )

/** In the notation of ISO 14977. */
function grammar(): string {
  const oneOf = (texts: readonly string[]) => texts.map(text => `"${text}"`).join(' | ')
  const named = (isSize: boolean) =>
    numberProperties
      .filter(([, { sizeIn }]) => (sizeIn !== undefined) === isSize)
      .map(([name]) =>
        name
          .split('/')
          .map(part => `"${part}"`)
          .join(', over, '),
      )
      .join(' | ')
  return `\`\`\`ebnf
requirement = blanks, ( figure | size | text | spec ) ;

figure = ( ${named(false)} ), blanks, operator, number ;
size   = ( ${named(true)} ), blanks, operator, number, [ unit ] ;
text   = ( ${oneOf(textProperties.map(([name]) => name))} ), blanks, "=", word ;
spec   = "extra_specs", blanks, "[", key, "]", blanks, ( order, number | "=", word ) ;

operator = ( ${oneOf(operators)} ), blanks ;
order    = ( ${oneOf(operators.filter(operator => operator !== '='))} ), blanks ;
over     = blanks, "/", blanks ;
number   = digit, { digit }, [ ".", digit, { digit } ], blanks ;
unit     = ( ${oneOf(sizeUnitNames)} ), blanks ;
digit    = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
blanks   = { " " | ? tab ? } ;
key      = ? characters of one line other than "]", not all of them blanks ? ;
word     = ? characters of one line, not all of them blanks ? ;
\`\`\``
}

function metricsPage(): string {
  const list = openMetrics({} as Stores['instances'], { ofProcess: false }).described()
  return `${[
    '# Metrics',
    made,
    'The API serves `GET /metrics`, without a token, in the text format of Prometheus. A separate `trove-taskmanager` serves its metrics on the port `[trovets] metrics_port`. Counters start at 0 in each process. If `trove-api` has several processes (`[DEFAULT] trove_api_workers`), each shows the sums of all. The gauges of instances and of the queue are read from the database at each scrape, and are the same in every process of one service.',
    table(
      ['metric', 'labels', 'description'],
      list.map(({ name, labels, says }) => [`\`${name}\``, labels.map(label => `\`${label}\``).join(' '), says]),
    ),
    'Each process also exports metrics of its memory, garbage collection and event loop (`trovets_process_…`, `trovets_nodejs_…`).',
    'Useful alerts: `trovets_database_up == 0`; `trovets_worker_queue_oldest_seconds` above a minute (no worker runs, or they cannot keep up); `trovets_instances{status="ERROR"}` above 0; a rate of `trovets_http_request_duration_seconds_count{status=~"5.."}` above 0. Complete rules are in [monitor trove-ts](../how-to/monitor.md).',
  ].join('\n\n')}\n`
}

/** The parts of a JSON Schema that the page shows. */
type Shape = Readonly<{ required?: readonly string[]; properties: Readonly<Record<string, { description?: string }>> }>

function fieldsTable(entry: unknown): string {
  const { properties, required = [] } = entry as Shape
  return table(
    ['field', 'required', 'description'],
    Object.entries(properties).map(([name, { description }]) => [
      `\`${name}\``,
      required.includes(name) ? 'yes' : '',
      description ?? '',
    ]),
  )
}

function cataloguePage(): string {
  const { flavors, volume_types: volumeTypes } = catalogueSchema.properties
  return `${[
    '# The flavors file (flavors.yaml)',
    made,
    'A YAML file with the flavors and volume types that a server offers without Nova: `flavors.yaml` in the data folder, or the file that `[trovets] flavors_file` names. `trove-manage flavor_list` and `trove-manage volume_type_list` show its contents as the server reads them. With Nova, the file and its list of flavors are optional, and only its volume types are used; beside a Trove, volume types come from Cinder and the file is not used.',
    '```yaml\nflavors:\n  - { id: "13", name: db.small, vcpus: 1, ram: 512, disk: 2 }\n  - { id: "21", name: db.large, vcpus: 4, ram: 4096, disk: 20, extra_specs: { "trove:tier": gold } }\nvolume_types:\n  - { name: fast-ssd, description: Local NVMe }\n```',
    '## A flavor',
    fieldsTable(flavors.items),
    '## A volume type',
    `The type \`${standardVolumeType}\` always exists. It is the default if neither the request nor \`[DEFAULT] cinder_volume_type\` names a type. The list adds other types; an entry named \`${standardVolumeType}\` changes the description of that one.`,
    fieldsTable(volumeTypes.items),
    'With the local driver, every volume is a folder on the same disk, whatever its type. A type can only be chosen, and a datastore version can be restricted to it.',
    '## Changes and mistakes',
    `The server reloads the file when it is saved; no restart is needed. A change applies from the next request on. A file of more than ${readAtOnceBytesMax / 1024} KiB is reloaded in the background, within about a second. A file with a mistake changes nothing: the previous contents stay in use, and the log says once what is wrong and where, for example:`,
    "```text\nThe flavors file /srv/trove/flavors.yaml cannot be used: line 4, column 43: flavor 3: unknown field 'rma'. Did you mean 'ram'? Fields of a flavor: id, name, vcpus, ram, disk, ephemeral, swap, extra_specs, projects. The previous version stays in use until the file is fixed.\n```",
    'When a server starts, and in `trove-manage`, there are no previous contents: they print the same error and exit with 1. If you remove a flavor or volume type, its associations stay (`datastore_version_flavor_list` marks them), and instances that use it keep running.',
    '## Size limits',
    boundsWords(fileBytesMax.flavors, `${entriesMax} flavors, ${entriesMax} volume types, `),
    '## Editor support',
    `Each start writes a JSON Schema, \`${schemaFileName}\`, beside the file. The file that the first start creates begins with \`# yaml-language-server: $schema=./${schemaFileName}\`, so editors (VS Code with the YAML extension, Neovim, Helix …) complete and check it, without a network. The server validates the file with the same schema: [flavor-catalogue.schema.json](flavor-catalogue.schema.json).`,
    'Top-level fields whose names begin with `x-` are ignored. Use them for anchors.',
  ].join('\n\n')}\n`
}

function datastoreCataloguePage(): string {
  const { datastores, managers } = datastoreCatalogueSchema.properties
  const { versions } = datastores.items.properties
  return `${[
    '# The datastore catalogue',
    made,
    'A YAML file with datastores, their versions, and what each version allows: flavors, requirements, volume types. `trove-manage catalog_export` prints such a file; `trove-manage catalog_apply` changes the database to match one. Do not confuse it with the [flavors file](flavor-catalogue.md), `flavors.yaml`, which defines the flavors themselves. For a step-by-step guide, see [keep datastores in a file](../how-to/keep-the-catalogue-in-a-file.md).',
    '```yaml\ndatastores:\n  - name: mysql\n    versions:\n      - name: 8.0\n        number: 8.0.39\n        default: true\n        manager: mysql\n        image_tags: [trove, mysql]\n        flavors: [db.medium, db.large]\n        requirements:\n          - ram>=2GiB\n          - vcpus>=2\nmanagers:\n  - name: redis\n    requirements: [ram>=512MiB]\n    enforcement: warn\n```',
    '## What a file changes',
    'A file changes only what it names. Other datastores and versions stay as they are. Nothing is ever deleted except associations, requirements, restriction and enforcement. An omitted **field** stays as it is. A **list** in the file replaces the current list: entries that it does not contain are deleted, and `catalog_apply` shows each of them.',
    'Missing datastores are created, and so are missing versions if their entry has a `manager`. An entry without a `manager` must name an existing version. Otherwise it is refused, because the version most likely has another name here.',
    'Names match in any letter case. Values that look like numbers (`8.0`, `012`) are read as text, exactly as written.',
    '## A datastore',
    'An entry below `datastores:`.',
    fieldsTable(datastores.items),
    '## A version',
    'An entry below `versions:` of a datastore.',
    fieldsTable(versions.items),
    '## A manager',
    'An entry below `managers:`. It applies to every version in the database with this manager, whatever the names of the version and its datastore, except versions that the file names under `datastores:`. It only *adds* requirements and deletes nothing. The [presets](../../presets/README.md) consist of such entries.',
    fieldsTable(managers.items),
    '## How it is applied',
    'All changes are made in one transaction, or none, even if the command is killed. All mistakes are reported at once, with their lines: flavors, volume types and versions that do not exist, and invalid requirements. Existing associations are not checked, so a flavor that no longer exists stays associated until the file omits it. `--no-check` also associates new ids that do not exist.',
    'The output shows the changes: `+` is added, `-` is deleted, `~` is changed. The effect is printed below each version. Long runs print their progress to stderr. Each added or deleted row is recorded as an event, as with the other commands (`GET /mgmt/datastore-versions/{id}/flavor-events`). An associated flavor that does not meet the requirements is reported but not refused, because such associations can exist and an export must be applicable. A change after which an existing version accepts no flavor is refused, unless `--allow-none` is given.',
    table(
      ['exit code', '`catalog_apply`', '`catalog_apply --dry-run`'],
      [
        ['0', 'the database matches the file', 'the database matches the file; nothing would change'],
        ['1', 'refused or failed; nothing was changed', 'would be refused, or failed'],
        ['2', 'invalid command line', 'invalid command line'],
        ['3', '', 'there are changes to make; the output shows them'],
      ],
    ),
    '## What is exported',
    'An export contains every field of every version, always in the same order, so the same database state gives the same text. Applied to another database, it sets each of its versions to exactly this state. Flavors are written by id, with their names as comments. With `--flavor-names`, they are written by name where the name is unique, which helps with several clouds whose ids differ. Exporting a database and applying the export to it changes nothing, even if other programs wrote rows: unreadable rows are kept until the file omits them.',
    '## Size limits',
    boundsWords(fileBytesMax.datastores),
    '## Editor support',
    '`trove-manage catalog_export --schema > datastores.schema.json` writes the JSON Schema that files are validated with. With `# yaml-language-server: $schema=./datastores.schema.json` as the first line of the file, editors complete and check it, without a network. The same schema is here: [datastore-catalogue.schema.json](datastore-catalogue.schema.json).',
    'Top-level fields whose names begin with `x-` are ignored. Use them for anchors, and for notes about the file.',
  ].join('\n\n')}\n`
}

if (import.meta.main)
  for (const [name, text] of Object.entries(pages())) writeFileSync(new URL(name, import.meta.url), text)
