import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageInMachine, root, rootInMachine } from './checkout.ts'

/** The ordinary user of the machine: the one that our units are made for. */
export const ordinaryUser = { name: 'trove', id: 1000, home: '/var/lib/trove-ts' }

/** Names of the channels to this side. */
export const channels = { output: 'output', exitCode: 'exit-code' }

const links = { bin: 'usr/bin', sbin: 'usr/sbin', lib: 'usr/lib', lib64: 'usr/lib64' }
const folders = ['usr', 'proc', 'sys', 'dev', 'run', 'tmp', 'root', 'home', 'var/tmp', rootInMachine.slice(1)]
const unitFolder = 'etc/systemd/system'

/** Some of Debian's units wait for devices, for a network or for a user at the console. There are none. */
const masked = [
  ...['systemd-firstboot', 'systemd-repart', 'systemd-binfmt', 'systemd-pcrphase', 'systemd-pcrphase-sysinit'],
  ...[
    'systemd-random-seed',
    'systemd-update-utmp',
    'systemd-machine-id-commit',
    'systemd-journal-flush',
    'kmod-static-nodes',
  ],
  ...['systemd-sysusers', 'systemd-timesyncd', 'systemd-modules-load'],
].map(name => `${name}.service`)

const etc = (user: typeof ordinaryUser): Readonly<Record<string, string>> => ({
  passwd: [
    'root:x:0:0::/root:/bin/sh',
    `${user.name}:x:${user.id}:${user.id}::${user.home}:/bin/sh`,
    'messagebus:x:100:100::/nonexistent:/usr/sbin/nologin',
    'nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin',
    '',
  ].join('\n'),
  group: `root:x:0:\ntty:x:5:\nadm:x:4:\nutmp:x:43:\n${user.name}:x:${user.id}:\nmessagebus:x:100:\nnogroup:x:65534:\n`,
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  hosts: '127.0.0.1 localhost\n',
  hostname: 'trove-ts\n',
  'machine-id': `${'0'.repeat(31)}1\n`,
  'pam.d/common-account': 'account required pam_permit.so\n',
  'pam.d/common-session': 'session required pam_permit.so\nsession optional pam_systemd.so\n',
  'pam.d/common-session-noninteractive': 'session required pam_permit.so\nsession optional pam_systemd.so\n',
})

/** Runs the command, says on the channels what came of it, and powers off. No udev runs, so nobody gives the ports names. */
const runner = (command: string) => `#!/bin/sh
port() { grep -lx "$1" /sys/class/virtio-ports/*/name | cut -d / -f 5; }
exec > /dev/$(port ${channels.output}) 2>&1
cd ${rootInMachine}
(
${command}
)
echo $? > /dev/$(port ${channels.exitCode})
sync
systemctl poweroff --force --force > /dev/null 2>&1
`

const unit = (runnerFile: string) => `[Unit]
Description=the command
After=dbus.service systemd-logind.service
[Service]
Environment=HOME=/root PATH=/usr/local/bin:/usr/sbin:/usr/bin LANG=C.UTF-8
ExecStart=/bin/sh ${runnerFile}
`

const target = `[Unit]
Requires=basic.target
Wants=dbus.service systemd-logind.service command.service
After=basic.target
AllowIsolate=yes
`

/** What npm would install, without a second copy of what it depends on. */
function addPackage(staging: string): void {
  const made = spawnSync(process.execPath, [join(root, 'packaging/build.ts')], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`packaging/build.ts failed: ${made.error?.message ?? made.stderr}`)
  const folder = join(staging, packageInMachine)
  for (const name of ['bin', 'dist', 'openapi', 'presets', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(rootInMachine, 'node_modules'), join(folder, 'node_modules'))
}

/** A disk image with everything of a Debian but /usr, which the machine shares with this one. */
export function makeRootDisk(folder: string, command: string): string {
  const staging = join(folder, 'root')
  for (const path of [...folders, unitFolder, `.${ordinaryUser.home}`])
    mkdirSync(join(staging, path), { recursive: true })
  for (const [name, goal] of Object.entries(links)) symlinkSync(goal, join(staging, name))
  const write = (path: string, text: string) => {
    const file = join(staging, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  for (const [name, text] of Object.entries(etc(ordinaryUser))) write(`etc/${name}`, text)
  // Which folders of /usr hold libraries is in no place else.
  copyFileSync('/etc/ld.so.cache', join(staging, 'etc/ld.so.cache'))
  for (const name of masked) symlinkSync('/dev/null', join(staging, unitFolder, name))
  write('etc/command.sh', runner(command))
  write(`${unitFolder}/command.service`, unit('/etc/command.sh'))
  write(`${unitFolder}/default.target`, target)
  addPackage(staging)
  const image = join(folder, 'root.ext4')
  writeFileSync(image, '')
  // Sparse: only what is written takes space.
  truncateSync(image, 8 * 1024 ** 3)
  const made = spawnSync('/usr/sbin/mkfs.ext4', ['-q', '-d', staging, '-E', 'root_owner=0:0', image], {
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`mkfs.ext4 failed: ${made.error?.message ?? made.stderr}`)
  return image
}
