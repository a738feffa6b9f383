import { containerOf, inService } from '../engine/in-service.ts'
import type { TestProject } from '../engine/test-project.ts'
import type { Content } from './stack.ts'

/** A way to break the data of the stack. */
export interface Way {
  name: string
  act(project: TestProject): Promise<unknown>
}

const inside =
  (service: keyof Content, command: string) =>
  (project: TestProject): Promise<unknown> =>
    inService(project, service, command)

const sql = (statements: string) => inside('db', `psql -U postgres -qv ON_ERROR_STOP=1 -c "${statements}"`)

/** Changes files of the database, which then ends at once, as a computer does that loses its power. */
const files = (command: string) => async (project: TestProject) => {
  const container = await containerOf(project, 'db')
  await inService(project, 'db', `set -e; psql -U postgres -qc checkpoint; cd "$PGDATA"; ${command}`)
  await container.kill()
}

/** Runs Perl in the folder of uploads: a shell cannot make all that a program can. */
const perl = (program: string) => inside('web', `cd /uploads && perl -we '${program}'`)

export const WAYS: Way[] = [
  { name: 'a table is dropped', act: sql('drop table products cascade') },
  {
    name: 'a migration changes all rows',
    act: sql('update products set cents = 0; alter table orders drop note'),
  },
  { name: 'nobody may log in any more', act: sql('alter role postgres nologin') },
  {
    name: 'the password is another, and asked for',
    act: inside(
      'db',
      `psql -U postgres -qc "alter role postgres password 'lost'" && sed -i 's/trust$/scram-sha-256/' "$PGDATA/pg_hba.conf" && gosu postgres pg_ctl reload -s`,
    ),
  },
  { name: 'the database is read-only', act: sql('alter system set default_transaction_read_only = on') },
  {
    name: 'its settings are no settings',
    act: inside('db', 'echo "port = none" >>"$PGDATA/postgresql.conf"'),
  },
  { name: 'the folder of the database is emptied', act: files('find . -mindepth 1 -delete') },
  { name: 'nobody may read the folder of the database', act: files('chmod 000 . base global') },
  { name: 'all of it belongs to somebody else', act: files('chown -R 4242:4242 . && chmod 711 .') },
  {
    name: 'a page of a table is garbage',
    act: files(
      'dd if=/dev/urandom of="$(psql -U postgres -Atc "select pg_relation_filepath(\'products\')")" bs=8192 count=1 conv=notrunc status=none',
    ),
  },
  {
    name: 'the control file is full of zeros',
    act: files('dd if=/dev/zero of=global/pg_control bs=8192 count=1 conv=notrunc status=none'),
  },
  { name: 'the log of writes is gone', act: files('rm -rf pg_wal') },
  { name: 'all files are empty', act: files('find . -type f -exec truncate -s 0 {} +') },
  { name: 'it is the folder of another release', act: files('echo 99 >PG_VERSION') },
  {
    name: 'a folder of it is a link to nowhere',
    act: files('mv base away && ln -s /nowhere base'),
  },
  {
    name: 'the database is killed in a write',
    act: async (project) => {
      const container = await containerOf(project, 'db')
      await inService(
        project,
        'db',
        `psql -U postgres -qc "begin; delete from orders; update products set cents = -1; select pg_sleep(60)" >/dev/null 2>&1 & until [ "$(psql -U postgres -Atc "select count(*) from pg_stat_activity where wait_event = 'PgSleep'")" = 1 ]; do sleep 0.1; done`,
      )
      await container.kill()
    },
  },
  {
    name: 'the layers of the data are to be removed from inside',
    act: inside(
      'db',
      'rm -rf /run/pristine-data/*; umount /run/pristine-data/*; psql -U postgres -qc "drop table orders"',
    ),
  },
  {
    name: 'all keys are gone, and their log ends half-way',
    act: inside('cache', 'redis-cli -e flushall && truncate -s -5 appendonlydir/*.incr.aof'),
  },
  {
    name: 'the log of the keys is garbage',
    act: async (project) => {
      const container = await containerOf(project, 'cache')
      await inService(
        project,
        'cache',
        'for file in appendonlydir/*; do head -c 4096 /dev/urandom >$file; done',
      )
      await container.kill()
    },
  },
  {
    name: 'a folder is in the place of the keys',
    act: inside(
      'cache',
      'rm -rf appendonlydir && mkdir -p appendonlydir/appendonly.aof.manifest && chmod 000 appendonlydir',
    ),
  },
  {
    name: 'there is room for one byte of keys',
    act: inside('cache', 'redis-cli -e flushall && redis-cli -e config set maxmemory 1'),
  },
  { name: 'all uploads are gone', act: inside('web', 'rm -rf /uploads/*') },
  { name: 'a file of a terabyte', act: inside('web', 'truncate -s 1T /uploads/huge') },
  {
    name: 'a pipe, a socket and a device',
    act: perl(
      'use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("socket")) or die; system("mkfifo pipe && mknod device c 1 3") and die',
    ),
  },
  {
    name: 'folders two thousand deep',
    act: perl('for (1..2000) { mkdir "deep" or die; chdir "deep" or die }'),
  },
  { name: 'fifty thousand files', act: perl('mkdir "many"; for (1..50000) { open F, ">many/$_" or die }') },
  {
    name: 'names that are none',
    act: perl(
      'for ("two\\nlines", "-rf", "\\xff\\xfe", "\\e[31mred", " ", "x" x 255) { open F, ">", $_ or die; mkdir "in $_" if length() < 200 }',
    ),
  },
  {
    name: 'links out of the volume, in circles, and to what is not theirs',
    act: inside(
      'web',
      'cd /uploads && rm -r 1 && ln -s / 1 && ln -s /proc/self/root root && ln -s circle circle && ln 2/file hard && chmod 6777 2/file && chown 4242 2',
    ),
  },
]
