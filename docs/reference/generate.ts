import { readFileSync, writeFileSync } from 'node:fs'
import { notOffered, routes } from '../../src/api/routes.ts'
import { commands } from '../../src/cli/commands.ts'
import { formats } from '../../src/cli/formats.ts'
import { referencesMax } from '../../src/config/interpolate.ts'
import type { Option } from '../../src/config/option.ts'
import { options } from '../../src/config/options.ts'
import { datastoreCatalogueSchema, datastoreCatalogueSchemaText } from '../../src/datastore-catalogue/schema.ts'
import { readAtOnceBytesMax } from '../../src/flavor-catalogue/catalogue.ts'
import { entriesMax } from '../../src/flavor-catalogue/parse.ts'
import { catalogueSchema, catalogueSchemaText, standardVolumeType } from '../../src/flavor-catalogue/schema.ts'
import { schemaFileName } from '../../src/flavor-catalogue/starter.ts'
import { openMetrics } from '../../src/main/metrics.ts'
import type { Refused } from '../../src/model/refused.ts'
import { reasonFacts } from '../../src/model/verdict.ts'
import type { Stores } from '../../src/ports/stores.ts'
import {
  accessRefusal,
  basePolicies,
  defaultPolicies,
  isForAdmins,
  type PolicyName,
  policies,
} from '../../src/rules/access/access.ts'
import { checksMax } from '../../src/rules/access/policies.ts'
import { depthMax } from '../../src/rules/access/policy-language.ts'
import { flavorRefusal } from '../../src/rules/allowed/flavor/refusals.ts'
import { operators, properties, propertyNames, sizeUnits } from '../../src/rules/allowed/flavor/requirement.ts'
import { volumeTypeReasonCodes } from '../../src/rules/allowed/volume-type/decide.ts'
import { volumeTypeRefusal } from '../../src/rules/allowed/volume-type/refusals.ts'
import { catalogueRefusal } from '../../src/rules/datastore-catalogue/refusals.ts'
import { refusal } from '../../src/rules/refusals.ts'
import { fileBytesMax } from '../../src/yaml-file/plain-file.ts'
import { yamlBounds } from '../../src/yaml-file/yaml-bounds.ts'

/** The reference pages that list what the code lists: file name → text. `npm run gen` writes them. */
export const pages = (): Readonly<Record<string, string>> => ({
  'trove-manage.md': manualPage(),
  'api.md': apiPage(),
  'configuration.md': configurationPage(),
  'refusals.md': refusalsPage(),
  'metrics.md': metricsPage(),
  'requirements.md': requirementsPage(),
  'flavor-catalogue.md': cataloguePage(),
  'flavor-catalogue.schema.json': catalogueSchemaText(),
  'policies.md': policiesPage(),
  'datastore-catalogue.md': datastoreCataloguePage(),
  'datastore-catalogue.schema.json': datastoreCatalogueSchemaText(),
})

/** What may stand in a file at most, with what else there is to say of it. */
function boundsWords(bytesMax: number, more = ''): string {
  const { depth, aliases, keys, values } = yamlBounds
  return `At most ${bytesMax / 2 ** 20} MiB, ${more}${depth} levels of lists and maps within each other, ${keys} keys in a map, ${aliases} aliases (\`*name\`) and ${values} values with what aliases stand for. What goes beyond is refused, with its place. It must be a file, or a link to one; a pipe or a device is refused.`
}

const made = '<!-- Made by `npm run gen` from the code. -->'
const row = (cells: readonly string[]) =>
  `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', '<br>')).join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

function manualPage(): string {
  const sections = commands.map(command => {
    const args = (command.args ?? []).map(([name]) => (name.startsWith('[') ? name : name.toUpperCase()))
    const options = [
      ...(command.options ?? []),
      ...(command.lists ? [['-f, --format <format>', `One of ${formats.join(', ')}.`] as const] : []),
    ]
    const [line, does] = command.example
    return [
      `## ${command.verb}`,
      command.summary,
      `\`\`\`\ntrove-manage ${[command.verb, ...args].join(' ')}${options.length > 0 ? ' [options]' : ''}\n\`\`\``,
      ...(command.args
        ? [
            table(
              ['argument', 'what it is'],
              command.args.map(([name, says]) => [`\`${name}\``, says]),
            ),
          ]
        : []),
      ...(options.length > 0
        ? [
            table(
              ['option', 'what it does'],
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
    'Works on the database directly, and on the files of the embedded default; the server need not run, and notices at once what changed. Names and ids of datastores and versions are both understood.',
    'Before or after the command: `--config-file PATH` (or the environment variable `TROVE_CONFIG_FILE`) names a trove.conf, and `--config-dir DIR` a folder of them ([several](configuration.md) are merged); `--data-dir DIR` names the folder of the embedded default (`./trove-data` without any of them); `--debug` shows what lies behind an error. In a checkout, call it as `npx trove-manage`.',
    'What it did goes to stdout. Errors and warnings go to stderr. It exits with 0 when it is done, 1 when it refused or failed (nothing was changed then, except where a list says what was), 2 when it did not understand the command line, 3 when `flavor_compliance` found something out of line, or `catalog_apply --dry-run` something to change.',
    ...sections,
  ].join('\n\n')}\n`
}

function apiPage(): string {
  const offered = routes.map(route => [
    `\`${route.method} ${route.path}\``,
    isForAdmins(defaultPolicies, route.policy) ? 'admin' : 'anyone',
    `\`${route.policy}\``,
    `${route.answers[0]}`,
    route.summary,
  ])
  return `${[
    '# API',
    made,
    'Paths are below `/v1.0/{project}`; the project must be that of the token in `X-Auth-Token`. Shapes are in the [API document](../../openapi/trove.json), which a server shows at `/openapi.json`. How it relates to Trove’s API: [differences](../differences.md).',
    table(['route', 'who', 'policy', 'answer', 'what it does'], offered),
    'Without a token: `GET /` (versions), `GET /healthcheck`, `GET /metrics` ([metrics](metrics.md)), `GET /openapi.json`, and the embedded identity below `/identity/v3`.',
    'An error is `{"<name>": {"code": <status>, "message": "<sentence>"}}`; [refusals](refusals.md) lists them. Every answer carries `x-openstack-request-id`.',
    '## Not offered yet',
    'These paths, and everything below them, answer 501 with a sentence.',
    Object.keys(notOffered)
      .map(path => `- \`${path}\``)
      .join('\n'),
  ].join('\n\n')}\n`
}

const somebody = (...roles: string[]) => ({
  userId: 'user',
  projectId: 'project',
  roles,
  isAdmin: roles.includes('admin'),
})

/** What a policy answers to each kind of caller, for something of their own project; a dash lets them go on. */
const answersOf = (policy: PolicyName) =>
  [somebody('reader'), somebody('member'), somebody('admin', 'member')].map(caller =>
    String(accessRefusal(defaultPolicies, policy, caller)?.status ?? '–'),
  )

function policiesPage(): string {
  const actions = routes.flatMap(({ method, path, actionPolicies = [] }) =>
    actionPolicies.map(policy => [
      `\`${method} ${path}\`, by what the body asks`,
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
    '# Policies',
    made,
    'Who may do what is said in the language of oslo.policy, under the names that Trove has. `[oslo_policy] policy_file` (YAML or JSON, `policy.yaml` beside the trove.conf) and the files in `policy_dirs` put other rules in the place of these. They are read again when they change; an edit that cannot be read, refers to a rule that is not there, or to itself, keeps the rules as they were and says so in the log. A server does not start on such a file. `trove-manage policy_show` shows what is in force, and with `--roles` whom it lets in.',
    'A rule is made of checks, `and`, `or`, `not` and brackets. The checks:',
    table(
      ['check', 'who passes'],
      [
        ['nothing, or `@`', 'everybody who has a token'],
        ['`!`', 'nobody'],
        ['`role:NAME`', 'who has that role in the project of the token; case does not matter'],
        ['`rule:NAME`', 'who passes that rule'],
        [
          '`ATTRIBUTE:TEXT`',
          'whose attribute is that text. There are `user`, `project`, `roles` and `is_admin` (`True` for who has one of `[DEFAULT] admin_roles`); `user_id`, `project_id`, `tenant` and `tenant_id` mean the same as in older files',
        ],
        ['`LITERAL:TEXT`', "everybody, when the two are the same: `True:…`, `None:…`, `5:…`, `'word':…`"],
      ],
    ),
    'In a text, `%(tenant)s` (or `tenant_id`, `project_id`) stands for the project that what is acted on belongs to. Lists of lists, as older files have them, are understood; `http:` checks are not offered.',
    `${boundsWords(fileBytesMax.policies)} A rule may have ${depthMax} levels of brackets and \`not\`, and come to ${checksMax} checks with the rules that it refers to.`,
    '## Rules',
    'An empty rule lets in everybody who has a token. Names that begin with `mgmt:` are ours: Trove asks there whether the caller is an admin, and answers 401 instead of 403.',
    table(['rule', 'by default'], rules),
    '## Who gets what answer, by default',
    'Below another project than that of the token every route answers 403, and without a token 401. A dash lets the caller go on.',
    table(['route', 'policy', 'reader', 'member', 'admin'], [...asked, ...actions]),
  ].join('\n\n')}\n`
}

const formerly = ({ formerly = [] }: Option) =>
  formerly.length === 0 ? '' : ` Also: ${formerly.map(([section, key]) => `\`[${section}] ${key}\``).join(', ')}.`

function configurationPage(): string {
  const rows = Object.values(options as Record<string, Option>).map(option => [
    `\`[${option.section}] ${option.key}\``,
    option.choices ? option.choices.join(', ') : option.kind,
    option.fallback === undefined ? '' : `\`${option.fallback}\``,
    option.embedded === undefined ? '' : `\`${option.embedded}\``,
    `${option.says}${formerly(option)}`,
  ])
  return `${[
    '# Configuration',
    made,
    'The `trove.conf` of a Trove works: keys that Trove has keep their section and meaning, ours are in `[trovets]`, and every other key is ignored with a line in the debug log. An invalid value is an error that names file, line, section and key, and never shows a secret.',
    'Every program reads `--config-file PATH` and `--config-dir DIR`. Both can be repeated. Files are read in the order of the command line, and later values win. Of a folder, every `*.conf` is read, sorted by name. A file or folder that does not exist is an error. `TROVE_CONFIG_FILE` names the file that is read first if there is no `--config-file`.',
    'Without a file or folder, the *embedded default* applies: one folder, `--data-dir` (`./trove-data`), and the values of the column “embedded default”. `/etc/trove` is read only if it is named.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
    'The format is that of oslo.config ([differences](../differences.md#configuration)): `key = value` or `key: value` in a `[section]`, comment lines with `#` or `;`, quotes around a value are dropped, indented lines continue a value, `$other_key` and `${section.key}` fill in another value, `$$` or `\\$` is a dollar sign. The letter case of a section does not matter, except for `[DEFAULT]`. If a key is repeated, the last value counts. A *list* is one value with commas; a key of kind *several* can be repeated, and each value counts. An environment variable `OS_SECTION__KEY`, such as `OS_DATABASE__CONNECTION`, wins over all files.',
    'An empty value means that the key is not given, so its default applies. An empty *list* has no members.',
    '`trove-manage config_check` shows which keys of a configuration are used, ignored and wrong.',
    table(['key', 'kind', 'default', 'embedded default', 'what it is'], rows),
    '`{data_dir}` is the folder of the embedded default.',
    `A file may have ${fileBytesMax.settings / 2 ** 20} MiB at most, and a value ${referencesMax} references to other keys. It must be a file, or a link to one.`,
    'How the database URLs look: `mysql+pymysql://user:password@host:3306/trove`, `postgresql://user:password@host:5432/trove`, `sqlite:///relative/file` and `sqlite:////absolute/file`. They are read as SQLAlchemy reads them: a password may hold anything but an @, which is %40. What they may ask of encryption: [database URLs](database-urls.md).',
  ].join('\n\n')}\n`
}

/** Placeholders for the facts of a refusal; where its words expect a list, a list. */
const facts = new Proxy<Record<string, unknown>>(
  {
    problems: ['{problem}'],
    waysOut: ['{ways out}'],
    tags: ['{tags}'],
    known: ['{actions}'],
    resources: ['{resource}'],
    associated: [{ id: '{flavor}', name: '{name}' }],
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
    allowed: [],
  },
  { get: (lists, name) => lists[String(name)] ?? `{${String(name)}}` },
)

const code = (text: string) => `\`${text}\``

/** The codes that say why a flavor is refused, each with the facts it carries. */
const flavorReasons = Object.entries(reasonFacts)
  .map(([name, facts]) => (facts.length > 0 ? `${code(name)} with ${facts.map(code).join(', ')}` : code(name)))
  .join('; ')
const volumeTypeReasons = volumeTypeReasonCodes.map(code).join(', ')

function refusalsPage(): string {
  const list = Object.values({ ...refusal, ...flavorRefusal, ...volumeTypeRefusal, ...catalogueRefusal } as Record<
    string,
    (f: never) => Refused
  >)
  const rows = list.map(make => {
    const { code, status, message, hint } = make(facts as never)
    return [`\`${code}\``, `${status}`, message, hint ?? '']
  })
  return `${[
    '# Refusals',
    made,
    'Every expected *no*, on the API (status and sentence) and in trove-manage (sentence and hint, exit 1). Sentences and statuses are Trove’s where Trove has the case, surprising ones included: clients match on them. A refusal has changed nothing.',
    table(['code', 'status', 'sentence', 'hint on the command line'], rows),
    `A flavor that is refused at provisioning comes with the same facts as data: \`reasons\` (${flavorReasons}) and \`allowed_flavors\` (at most 50 that the project may use, smallest first). So does a volume type: \`reasons\` (${volumeTypeReasons}) and \`allowed_volume_types\`. A requirement that cannot be understood comes with \`column\`, \`expected\` and \`found\`.`,
    'A *fault* is ours, not yours: 500, or 503 when something that we need is out of reach, with an id that leads to the log.',
  ].join('\n\n')}\n`
}

/** The page is written by hand, apart from what stands between these marks. */
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
    ['property', 'what it is', 'counted in', 'units'],
    [
      ...Object.entries(properties).map(([name, { says, unit, isWhole, sizeIn }]) => [
        code(name),
        says,
        isWhole ? `whole ${unit}` : unit,
        sizeIn ? sizeUnitNames.join(', ') : '–',
      ]),
      [
        '`extra_specs[KEY]`',
        'an extra spec of the flavor: quotas, traits, whatever the operator put there',
        'as it stands',
        '–',
      ],
    ],
  )

/** In ISO 14977's notation. */
function grammar(): string {
  const oneOf = (texts: readonly string[]) => texts.map(text => `"${text}"`).join(' | ')
  const named = (isSize: boolean) =>
    propertyNames
      .filter(name => (properties[name].sizeIn !== undefined) === isSize)
      .map(name =>
        name
          .split('/')
          .map(part => `"${part}"`)
          .join(', over, '),
      )
      .join(' | ')
  return `\`\`\`ebnf
requirement = blanks, ( figure | size | spec ) ;

figure = ( ${named(false)} ), blanks, operator, number ;
size   = ( ${named(true)} ), blanks, operator, number, [ unit ] ;
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
    '`GET /metrics` of the API, without a token, in the text format of Prometheus. A `trove-taskmanager` of its own shows its steps on the port that `[trovets] metrics_port` names. Counters start at 0 with each process; the gauges of instances and of the queue are read from the database at each scrape, and are the same on every process of one service.',
    table(
      ['metric', 'labels', 'what it is'],
      list.map(({ name, labels, says }) => [`\`${name}\``, labels.map(label => `\`${label}\``).join(' '), says]),
    ),
    'Beside these, each process tells of its memory, garbage collection and event loop (`trovets_process_…`, `trovets_nodejs_…`).',
    'Worth an alarm: `trovets_database_up == 0`; `trovets_worker_queue_oldest_seconds` above a minute (no worker runs, or they cannot keep up); `trovets_instances{status="ERROR"}` above 0; a rate of `trovets_http_request_duration_seconds_count{status=~"5.."}`.',
  ].join('\n\n')}\n`
}

/** As much of a JSON Schema as the page shows. */
type Shape = Readonly<{ required?: readonly string[]; properties: Readonly<Record<string, { description?: string }>> }>

function fieldsTable(entry: unknown): string {
  const { properties, required = [] } = entry as Shape
  return table(
    ['field', 'needed', 'what it is'],
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
    '# The flavor catalogue',
    made,
    'A YAML file with the flavors and volume types that a server offers where no Nova does: `flavors.yaml` in the folder of the embedded default, or what `[trovets] flavors_file` names. `trove-manage flavor_list` and `trove-manage volume_type_list` show how it is understood. Beside a Nova only the volume types count, and neither the file nor a list of flavors in it need be there.',
    '```yaml\nflavors:\n  - { id: "13", name: db.small, vcpus: 1, ram: 512, disk: 2 }\n  - { id: "21", name: db.large, vcpus: 4, ram: 4096, disk: 20, extra_specs: { "trove:tier": gold } }\nvolume_types:\n  - { name: fast-ssd, description: Local NVMe }\n```',
    '## A flavor',
    fieldsTable(flavors.items),
    '## A volume type',
    `The type \`${standardVolumeType}\` is always there, and volumes are of it when neither the request nor \`[DEFAULT] cinder_volume_type\` names one. The list adds others; an entry called \`${standardVolumeType}\` describes that one.`,
    fieldsTable(volumeTypes.items),
    'On this machine every volume is a folder on the same disk, whatever its type: a type is something to choose, and to restrict a datastore version to.',
    '## When it changes',
    `The file is read again when it is saved; the server need not be restarted, and a change counts from the next request on; in a file of more than ${readAtOnceBytesMax / 1024} KiB, from when it is read, beside the requests, within a second or so. What cannot be understood changes nothing: the catalogue as it was before stays in use, and the log says once what is wrong and where, for example:`,
    "```\nThe flavor catalogue /srv/trove/flavors.yaml cannot be used: line 4, column 43: flavor 3: 'rma' is not a field of a flavor (id, name, vcpus, ram, disk, ephemeral, swap, extra_specs, projects); perhaps 'ram' is meant. Until it is mended and saved, the catalogue as it was before stays in use.\n```",
    'A server that starts, and `trove-manage`, know no earlier catalogue: they say the same and end with 1. A flavor or volume type that is taken out stays associated where it was (`datastore_version_flavor_list` marks it), and instances that have it go on running.',
    '## How large it may be',
    boundsWords(fileBytesMax.flavors, `${entriesMax} flavors and as many volume types, `),
    '## In an editor',
    `Each start puts a JSON Schema beside the file, \`${schemaFileName}\`, and the first line of the file that a first start makes, \`# yaml-language-server: $schema=./${schemaFileName}\`, tells editors (VS Code with the YAML extension, Neovim, Helix …) to complete and check by it, without a network. It is the schema that the server itself checks by; the same one is here: [flavor-catalogue.schema.json](flavor-catalogue.schema.json).`,
    'A field at the top whose name begins with `x-` is left alone: a place for anchors.',
  ].join('\n\n')}\n`
}

function datastoreCataloguePage(): string {
  const { datastores, managers } = datastoreCatalogueSchema.properties
  const { versions } = datastores.items.properties
  return `${[
    '# The datastore catalogue',
    made,
    'A YAML file that says which datastores and versions there are and what each version allows: flavors, requirements, volume types. `trove-manage catalog_export` prints one, `trove-manage catalog_apply` makes the database what one says. Not to be mixed up with the [flavor catalogue](flavor-catalogue.md), `flavors.yaml`, which says what flavors there are. How to work with it: [keep the catalogue in a file](../how-to/keep-the-catalogue-in-a-file.md).',
    '```yaml\ndatastores:\n  - name: mysql\n    versions:\n      - name: 8.0\n        number: 8.0.39\n        default: true\n        manager: mysql\n        image_tags: [trove, mysql]\n        flavors: [db.medium, db.large]\n        requirements:\n          - ram>=2GiB\n          - vcpus>=2\nmanagers:\n  - name: redis\n    requirements: [ram>=512MiB]\n    enforcement: warn\n```',
    '## What it speaks of',
    'Only what it names is touched. A datastore or a version that it does not name is left alone, and nothing is ever deleted but associations, requirements and the words of a policy. A **field** that is left out stays as it is. A **list** that is given is all that there is to be: what it does not hold ends, and `catalog_apply` shows each such line.',
    'What is named and is not there is made: datastores, and versions whose entry has a `manager`. An entry that leaves the manager out can only speak of a version that is there, and is refused otherwise: most likely the version is called otherwise here.',
    'Names match in any letter case. Texts that look like numbers (`8.0`, `012`) are read as they are typed.',
    '## A datastore',
    'Below `datastores:`.',
    fieldsTable(datastores.items),
    '## A version',
    'Below `versions:` of a datastore.',
    fieldsTable(versions.items),
    '## A manager',
    'Below `managers:`, for every version that has this manager in the database, whatever it and its datastore are called; but for those that the file names under `datastores:`. Requirements are *added* here, and nothing is taken away. The [presets](../../presets/README.md) are made of these.',
    fieldsTable(managers.items),
    '## How it is applied',
    'In one transaction: all of it or nothing, also when the command is killed. Everything that is wrong is told at once, with its line: flavors and volume types that do not exist, requirements that cannot be understood, versions that are not there. What is associated already is never questioned, so a flavor that is gone stays until the file leaves it out; `--no-check` associates new ids that do not exist, too.',
    'The output is what changes: `+` comes, `-` goes, `~` becomes something else; below each version stands what comes of it. Long ones tell on stderr how far they are. Each row that comes or goes is an event, as with the other commands (`GET /mgmt/datastore-versions/{id}/flavor-events`). A flavor that is associated although it breaks the requirements is not refused here, but told: `catalog_export` must be able to give back what is there.',
    table(
      ['exit code', 'of `catalog_apply`', 'with `--dry-run`'],
      [
        ['0', 'the database is as the file says', 'the same; nothing would change'],
        ['1', 'refused or failed; nothing was changed', 'it would be refused'],
        ['2', 'the command line was not understood', 'the same'],
        ['3', '', 'something would change; the output says what'],
      ],
    ),
    '## What is exported',
    'Every field of every version, in one order: the same catalogue is the same text, and applying it to another database gives each of its versions exactly this. Flavors go by id, with their names as remarks; with `--flavor-names` by name, where the name is clear, which suits several clouds with ids of their own. Exporting and applying again changes nothing, even where rows were written by somebody else: what nobody can read is kept until the file leaves it out.',
    '## How large it may be',
    boundsWords(fileBytesMax.datastores),
    '## In an editor',
    '`trove-manage catalog_export --schema > datastores.schema.json` gives the JSON Schema by which files are checked; with `# yaml-language-server: $schema=./datastores.schema.json` as the first line of the file, editors complete and check by it, without a network. The same one is here: [datastore-catalogue.schema.json](datastore-catalogue.schema.json).',
    'A field at the top whose name begins with `x-` is left alone: a place for anchors, and for what a file says about itself.',
  ].join('\n\n')}\n`
}

if (import.meta.main)
  for (const [name, text] of Object.entries(pages())) writeFileSync(new URL(name, import.meta.url), text)
