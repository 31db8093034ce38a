import { readFileSync } from 'node:fs'
import { packageInMachine, rootInMachine } from './checkout.ts'
import { cpioArchive } from './cpio-archive.ts'
import type { DebianFiles } from './debian-files.ts'
import { modulesInOrder } from './kernel-modules.ts'
import { ordinaryUser } from './root-disk.ts'

/** Names of the folders of this machine that the other one sees. */
export const shares = { usr: 'usr', checkout: 'checkout' }

const programs = ['trove-all-in-one', 'trove-api', 'trove-taskmanager', 'trove-manage']

/** Puts the file systems together, gives them their owners (who made the image need not be root), and hands over to systemd. */
const init = (modules: readonly string[]) => `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
set -e
mount -t proc proc /proc
mount -t devtmpfs dev /dev
${modules.map(name => `insmod /modules/${name}`).join('\n')}
mount -t ext4 -o noatime /dev/vda /root
share="trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro"
mount -t 9p -o $share ${shares.usr} /root/usr
mount -t 9p -o $share ${shares.checkout} /root${rootInMachine}
mount -t tmpfs -o mode=755 local /root/usr/local/bin
${programs.map(name => `ln -s ${packageInMachine}/bin/${name}.js /root/opt/trove-ts/bin/${name}`).join('\n')}
ln -s ${rootInMachine}/node_modules/.bin/node /root/usr/local/bin/node
chown -R 0:0 /root/etc /root/var /root/tmp /root/root /root/home /root/opt
chown ${ordinaryUser.id}:${ordinaryUser.id} /root${ordinaryUser.home}
chmod 1777 /root/tmp /root/var/tmp
chmod 700 /root/root
umount /proc
mount --move /dev /root/dev
exec switch_root /root /usr/lib/systemd/systemd
`

/** The first file system of the machine. */
export function bootArchive({ busybox, modulesFolder }: DebianFiles): Buffer {
  const modules = modulesInOrder(modulesFolder)
  const files = Object.fromEntries(Object.entries(modules).map(([name, content]) => [`modules/${name}`, content]))
  const script = Buffer.from(init(Object.keys(modules)))
  return cpioArchive({ ...files, 'bin/busybox': readFileSync(busybox), init: script }, ['dev', 'proc', 'root'])
}
