// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how oslo.config writes a reference
import type { Shape } from './oslo-config.ts'

type Named = readonly (readonly [what: string, shape: string | Shape])[]

const password = (text: string) => `[keystone_authtoken]\npassword = ${text}\n`
const datastore = (text: string, more = '') => `[DEFAULT]\ndefault_datastore = ${text}\n${more}`
const port = (text: string) => `[DEFAULT]\nbind_port = ${text}\n`

/** Shapes of one file that oslo.config and we read alike. */
export const alike: Named = [
  ['nothing', ''],
  ['comments, blanks and both separators', '# a\n; b\n[DEFAULT]\n\nbind_port: 99\ndebug =   True  \n'],
  ['quotes', '[DEFAULT]\ndefault_datastore = "my sql"\n[database]\nconnection = \'sqlite:///x\'\n'],
  ['quotes with blanks inside', password('" a "')],
  ['quotes that differ, and quotes inside', `${password(`"a'`)}[service_credentials]\npassword = a"b"\n`],
  ['quotes around several words', password('"a" or "b"')],
  [
    'a section twice, a key twice',
    '[database]\nmax_pool_size = 1\n[DEFAULT]\n[database]\nmax_pool_size = 2\nmax_pool_size = 3\n',
  ],
  ['a key twice, with a wrong value first', '[DEFAULT]\nbind_port = many\nbind_port = 1\ndebug = $no\ndebug = 1\n'],
  ['sections in other letter cases', '[Database]\nmax_pool_size = 2\n[DATABASE]\nconnection = sqlite:///x\n'],
  ['[default] and [Default]', '[default]\nbind_port = 1\n[Default]\nbind_port = 2\n'],
  ['blanks in the name of a section', '[ database ]\nmax_pool_size = 2\n'],
  ['keys in other letter cases, and with a dash', '[DEFAULT]\nBind_Port = 1\nbind-port = 2\n'],
  ['Windows line ends', '[DEFAULT]\r\nbind_port = 1\r\n[database]\r\nconnection = a\r\n  b\r\n'],
  ['the line ends of old Macs', '[DEFAULT]\rbind_port = 1\r'],
  [
    'a value behind tabs and strange blanks',
    '[DEFAULT]\n\fbind_port\t=\t1\u00a0\n[database]\nconnection = \x1fa\x85\n',
  ],
  ['lists', '[DEFAULT]\nadmin_roles = admin , boss,other,\n'],
  ['an empty list, and a list of commas', '[DEFAULT]\nadmin_roles =\n[keystone_authtoken]\nservice_token_roles = ,,\n'],
  ['a list with an empty member', '[DEFAULT]\nadmin_roles = a,,b\n'],
  ['a list with quotes', '[DEFAULT]\nadmin_roles = "a", "b"\n'],
  ['a key of kind several', '[oslo_policy]\npolicy_dirs = a\npolicy_dirs = b,c\n'],
  ['a key of kind several with an old name', '[DEFAULT]\npolicy_dirs = d\n[oslo_policy]\npolicy_dirs = a\n'],
  ['continued lines', '[DEFAULT]\nadmin_roles = admin,\n  boss,\n\tother\n'],
  ['a value that begins on the next line', '[DEFAULT]\nadmin_roles =\n  a,\n  b\n[database]\nconnection =\n  "a"\n'],
  ['a comment and an assignment in continued lines', `${password('a')}  # b\n  username = c\n`],
  ['a line of blanks, which ends a value', `${password('a')}   \nusername = c\n`],
  ['a value that looks like a section', password('[a]')],
  ['references', '[DEFAULT]\nbind_host = h\ndefault_datastore = $bind_host-${bind_port}-$database.max_pool_size\n'],
  [
    'references within a section, and to DEFAULT',
    '[database]\nmax_pool_size = 7\nconnection = a$max_pool_size-$bind_port\n',
  ],
  [
    'a reference to an option of DEFAULT, which a key in the section does not hide',
    '[service_credentials]\nregion_name = $bind_port\nbind_port = 1\n',
  ],
  ['a reference to a key without a value', datastore('a${nova_compute_url}b')],
  ['a reference to an old name', datastore('$max_instances_per_user')],
  ['a reference to a number and a flag', datastore('$bind_port-$debug', 'bind_port = 0_07\ndebug = yes\n')],
  [
    'a reference from an old name, in its new section',
    '[DEFAULT]\nos_region_name = $username\n[service_credentials]\nusername = u\n',
  ],
  [
    'references in a reference, in its section',
    `[DEFAULT]\ncinder_volume_type = $bind_port\n${password('$cinder_volume_type')}`,
  ],
  ['dollar signs', password('a$$b\\$c$1$')],
  ['dollar signs in a row', password('$$$bind_port-$$$$-$\\$bind_port-\\$$bind_port')],
  ['percent signs and braces', password('%(x)s {y} ${ $} 100%')],
  [
    'older names',
    '[DEFAULT]\nos_region_name = R\nnova_proxy_admin_user = u\n[keystone_authtoken]\nauth_uri = http://x\n',
  ],
  ['older names with a dash', '[keystone_authtoken]\nuser-name = u\ntenant-name = t\ntenant-id = i\n'],
  ['an older and a newer name', '[DEFAULT]\nos_region_name = old\n[service_credentials]\nregion_name = new\n'],
  ['flags in every spelling', '[DEFAULT]\ndebug = YES\nnova_api_insecure = 1\n[keystone_authtoken]\ninsecure = on\n'],
  ['numbers in every spelling', `${port('+0_80')}max_instances_per_tenant = -1\nhttp_get_rate = " 007 "\n`],
  ['a colon and an equals sign in a value', '[database]\nconnection = mysql+pymysql://u:p=q@h:1/d?charset=utf8\n'],
  ['a hash in a value', password('a#b ; c')],
  ['letters beyond ASCII', password('pä§ßwörd✓')],
  ['unknown keys and sections', '[DEFAULT]\nx y = 1\n[what ever]\n1 = 2\n'],
]

const two = (line: string, ...texts: string[]): Shape => ({
  files: Object.fromEntries(texts.map((text, index) => [`${'abc'[index]}.conf`, text])),
  line,
})

const inFolder = (line: string): Shape => ({
  files: {
    'a.conf': '[DEFAULT]\nbind_port = 1\nhttp_get_rate = 1\n',
    'd/10.conf': '[DEFAULT]\nbind_port = 10\nhttp_put_rate = 10\n',
    'd/9.conf': '[DEFAULT]\nbind_port = 9\n',
    'd/B.conf': '[database]\nmax_pool_size = 66\n',
    'd/a.conf': '[database]\nmax_pool_size = 97\n',
    'd/.hidden.conf': '[DEFAULT]\nbind_port = 11\n',
    'd/note.txt': 'nonsense',
    'e/1.conf': '[DEFAULT]\nbind_port = 30\n',
    'empty/note.txt': 'nonsense',
    'wrong/1.conf': 'nonsense',
    'folder/1.conf/x': '',
  },
  line,
})

/** Several files, folders and the environment, read alike. */
export const places: Named = [
  ['two files', two('a.conf b.conf', '[DEFAULT]\nbind_port = 1\nhttp_get_rate = 1\n', port('2'))],
  [
    'three files in another order',
    two('c.conf a.conf b.conf', port('1'), '[database]\nmax_pool_size = 2\n', port('3')),
  ],
  ['a file twice', two('a.conf b.conf a.conf', port('1'), port('2'))],
  [
    'an older name in a later file',
    two('a.conf b.conf', '[service_credentials]\nregion_name = new\n', '[DEFAULT]\nos_region_name = old\n'),
  ],
  [
    'a key of kind several in several files',
    two(
      'a.conf b.conf',
      '[oslo_policy]\npolicy_dirs = a\npolicy_dirs = b\n',
      '[DEFAULT]\npolicy_dirs = d\n[oslo_policy]\npolicy_dirs = c\n',
    ),
  ],
  ['a reference to a key of a later file', two('a.conf b.conf', datastore('$bind_port'), port('2'))],
  ['a folder', inFolder('d/')],
  ['a file and a folder', inFolder('a.conf d/')],
  ['a folder and a file', inFolder('d/ a.conf')],
  ['two folders', inFolder('d/ e/')],
  ['two folders in another order', inFolder('e/ d/')],
  ['an empty folder', inFolder('empty/')],
  [
    'the environment',
    {
      ...two('a.conf', port('1')),
      environment: { OS_DEFAULT__BIND_PORT: '2', OS_DEFAULT__MAX_INSTANCES_PER_USER: '3' },
    },
  ],
]

/** What oslo.config and we refuse. */
export const refused: Named = [
  ['a number that is none', port('many')],
  ['a fraction', port('1.5')],
  ['a hexadecimal number', port('0x10')],
  ['a number with a stray underscore', port('1__0')],
  ['a port that is too large', port('65536')],
  ['a number that is too small', '[DEFAULT]\nmax_accepted_volume_size = 0\n'],
  ['a flag that is none', '[DEFAULT]\ndebug = perhaps\n'],
  ['a flag with blanks', '[DEFAULT]\ndebug = " true "\n'],
  ['a text that is none of the choices', '[keystone_authtoken]\ninterface = secret\n'],
  ['a choice in another letter case', '[keystone_authtoken]\ninterface = Public\n'],
  ['a reference to nothing', '[database]\nconnection = $nobody\n'],
  ['a reference with a dot behind it', datastore('$bind_port.')],
  ['a reference to a section in another letter case', datastore('$Database.max_pool_size')],
  ['a reference to a key of DEFAULT in another section', datastore('$database.bind_port')],
  ['a reference to itself', datastore('$default_datastore')],
  ['a line that is none', '[DEFAULT]\nnonsense\n'],
  ['a key before any section', 'bind_port = 1\n'],
  ['an indented first key', '[DEFAULT]\n  bind_port = 1\n'],
  ['an indented line below a comment', '[DEFAULT]\nbind_port = 1\n# c\n  debug = true\n'],
  ['an indented section', ' [DEFAULT]\nbind_port = 1\n'],
  ['a section without an end', '[DEFAULT\nbind_port = 1\n'],
  ['a section with a comment behind it', '[DEFAULT] # a = b\nbind_port = 1\n'],
  ['a section without a name', '[]\n'],
  ['an equals sign without a key', '[DEFAULT]\n= 1\n'],
  [
    'bytes that are not UTF-8',
    { files: { 'a.conf': Buffer.from('[DEFAULT]\n# caf\xe9\n', 'latin1') }, line: 'a.conf' },
  ],
  ['a file that is missing', two('a.conf b.conf', port('1'))],
  ['a folder that is missing', inFolder('a.conf nowhere/')],
  ['a folder with a wrong file', inFolder('a.conf wrong/')],
  ['a folder with a folder x.conf', inFolder('folder/')],
  ['a folder as a file', inFolder('d')],
]
