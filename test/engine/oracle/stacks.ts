// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Compose file looks like this

/** A Compose file whose containers are compared with those that docker-compose makes of it. */
export interface StackCase {
  title: string
  /** The Compose file, or several of them, in which later ones override. JSON is YAML. */
  files: object[]
  /** Files beside it, by their paths. */
  beside?: Record<string, string>
  /** Whether the order in which the services start is one of its kind. */
  ordered?: true
}

const service = { image: 'busybox:1.36', init: true, command: ['sleep', '9999'] }
/** A stack of one service that has these keys besides. */
const web = (more: object, top: object = {}): object[] => [
  { services: { web: { ...service, ...more } }, ...top },
]
const health = { test: 'true', interval: '10s' }
const healthy = { condition: 'service_healthy' }

export const STACKS: StackCase[] = [
  { title: 'environment as a mapping', files: web({ environment: { A: 'b', N: 1, YES: true, EMPTY: '' } }) },
  { title: 'environment as a list', files: web({ environment: ['A=b', 'B=c=d', 'EMPTY='] }) },
  {
    title: 'env_file with quotes, and environment above it',
    files: web({
      env_file: ['one.env', { path: 'two.env' }, { path: 'none.env', required: false }],
      environment: { B: 'own' },
    }),
    beside: {
      'one.env': `A='single \${X}'\nB=file\nC="a\\nb"\n# comment\nD=x # y\n`,
      'two.env': 'A=second\nexport E=5\n',
    },
  },
  {
    title: 'values of the .env file',
    files: web({ environment: { A: '${TAG:-none}', B: '${NONE:-default}', C: '$$TAG', D: '${TAG:+set}' } }),
    beside: { '.env': 'TAG=1.2\n' },
  },
  { title: 'a command as a text', files: web({ command: 'sh -c "echo a b; exec sleep 9999"' }) },
  { title: 'an entrypoint', files: web({ entrypoint: ['sh', '-c', 'exec sleep 9999'], command: [] }) },
  {
    title: 'an entrypoint as a text with a command',
    files: web({ entrypoint: 'env A=b', command: 'sleep 9999' }),
  },
  {
    title: 'user, working_dir, hostname, domainname',
    files: web({ user: '1000:1000', working_dir: '/srv/app', hostname: 'host', domainname: 'example.test' }),
  },
  { title: 'group_add and a umask', files: web({ group_add: ['1234', 'daemon'] }) },
  {
    title: 'read_only with tmpfs',
    files: web({ read_only: true, tmpfs: ['/run', '/scratch:size=1m,mode=700'] }),
  },
  {
    title: 'tmpfs in the long form',
    files: web({ volumes: [{ type: 'tmpfs', target: '/scratch', tmpfs: { size: '2m' } }] }),
  },
  {
    title: 'named volumes, short and long',
    files: web(
      {
        volumes: [
          'data:/data',
          'data:/again:ro',
          { type: 'volume', source: 'bare', target: '/bare', read_only: true },
        ],
      },
      { volumes: { data: null, bare: null } },
    ),
  },
  { title: 'a volume without a name', files: web({ volumes: ['/var/cache'] }) },
  {
    title: 'folders of the project, short and long',
    files: web({
      volumes: [
        './src:/src',
        './conf:/conf:ro',
        { type: 'bind', source: './src', target: '/long', read_only: true },
      ],
    }),
    beside: { 'src/a': 'a', 'conf/b': 'b' },
  },
  {
    title: 'folders with a propagation',
    files: web({
      volumes: [{ type: 'bind', source: './src', target: '/src', bind: { propagation: 'rprivate' } }],
    }),
    beside: { 'src/a': 'a' },
  },
  { title: 'ports', files: web({ ports: ['80', '0:81/udp', '127.0.0.1::82', { target: 83 }] }) },
  { title: 'exposed ports', files: web({ expose: ['3000', '3001/udp'] }) },
  { title: 'labels as a mapping', files: web({ labels: { 'com.example.a': 'b', n: 1 } }) },
  { title: 'labels as a list', files: web({ labels: ['com.example.a=b=c', 'only'] }) },
  { title: 'capabilities', files: web({ cap_add: ['SYS_PTRACE'], cap_drop: ['NET_RAW', 'CHOWN'] }) },
  { title: 'security options', files: web({ security_opt: ['no-new-privileges:true'] }) },
  {
    title: 'sysctls and ulimits',
    files: web({
      sysctls: { 'net.core.somaxconn': 1024 },
      ulimits: { nofile: { soft: 1000, hard: 2000 }, nproc: 500 },
    }),
  },
  {
    title: 'shm_size and limits of memory',
    files: web({ shm_size: '96m', mem_limit: '128m', mem_reservation: '64m', memswap_limit: '256m' }),
  },
  {
    title: 'limits of processors and processes',
    files: web({ cpus: 0.5, cpu_shares: 512, pids_limit: 100 }),
  },
  {
    title: 'deploy.resources',
    files: web({
      deploy: {
        resources: { limits: { cpus: '0.25', memory: '64M', pids: 50 }, reservations: { memory: '32M' } },
      },
    }),
  },
  {
    title: 'extra_hosts',
    files: web({ extra_hosts: ['one:10.1.2.3', 'two=10.1.2.4', 'gate:host-gateway'] }),
  },
  { title: 'dns', files: web({ dns: ['10.9.9.9'], dns_search: ['example.test'], dns_opt: ['ndots:2'] }) },
  { title: 'devices', files: web({ devices: ['/dev/null:/dev/other:r'] }) },
  {
    title: 'a health check',
    files: web({
      healthcheck: {
        test: ['CMD', 'true'],
        interval: '250ms',
        timeout: '2s',
        retries: 7,
        start_period: '1s',
      },
    }),
  },
  {
    title: 'a health check as a text',
    files: web({ healthcheck: { test: 'true || exit 1', interval: '1s' } }),
  },
  { title: 'a health check that is turned off', files: web({ healthcheck: { disable: true } }) },
  {
    title: 'stop_signal and stop_grace_period',
    files: web({ stop_signal: 'SIGINT', stop_grace_period: '3s' }),
  },
  { title: 'tty and stdin_open', files: web({ tty: true, stdin_open: true }) },
  {
    title: 'ipc and pid of another service',
    files: [
      {
        services: {
          web: { ...service, ipc: 'service:db', pid: 'service:db' },
          db: { ...service, ipc: 'shareable' },
        },
      },
    ],
  },
  {
    title: 'the network of another service',
    files: [{ services: { web: { ...service, network_mode: 'service:db' }, db: service } }],
  },
  { title: 'no network', files: web({ network_mode: 'none' }) },
  {
    title: 'networks with aliases',
    files: [
      {
        services: {
          web: { ...service, networks: { front: { aliases: ['shop', 'www'] }, back: null } },
          db: { ...service, networks: ['back'], container_name: 'the_database' },
        },
        networks: { front: null, back: { internal: true } },
      },
    ],
  },
  {
    title: 'an order by conditions',
    ordered: true,
    files: [
      {
        services: {
          web: {
            ...service,
            depends_on: { db: healthy, job: { condition: 'service_completed_successfully' } },
          },
          db: { ...service, healthcheck: health, depends_on: ['cache'] },
          cache: service,
          job: { ...service, command: ['true'], depends_on: { db: healthy } },
        },
      },
    ],
  },
  {
    title: 'links',
    files: [{ services: { web: { ...service, links: ['db'] }, db: service } }],
  },
  {
    title: 'secrets and configs',
    files: web(
      {
        secrets: ['token', { source: 'token', target: '/run/other', mode: 256 }],
        configs: ['motd', { source: 'motd', target: '/etc/motd' }],
      },
      { secrets: { token: { file: './token' } }, configs: { motd: { content: 'hello ${WHO:-world}' } } },
    ),
    beside: { token: 'canary' },
  },
  {
    title: 'a build with arguments and a target',
    files: [
      {
        services: {
          web: {
            build: { context: '.', target: 'run', args: { A: 'b' } },
            init: true,
            command: ['sleep', '9999'],
          },
        },
      },
    ],
    beside: {
      Dockerfile: 'FROM busybox:1.36 AS run\nARG A\nENV FROM_ARG=$A\nUSER 1000\nFROM run\nENV LAST=1\n',
    },
  },
  {
    title: 'a Dockerfile in the file',
    files: [
      {
        services: {
          web: {
            build: { dockerfile_inline: 'FROM busybox:1.36\nENV INLINE=1\n' },
            init: true,
            command: ['sleep', '9999'],
          },
        },
      },
    ],
  },
  {
    title: 'files that override each other',
    files: [
      ...web(
        { environment: { A: '1', B: '1' }, volumes: ['data:/data'], labels: { a: '1' } },
        { volumes: { data: null } },
      ),
      {
        services: {
          web: {
            environment: ['B=2', 'C=2'],
            volumes: ['data:/data:ro'],
            labels: ['b=2'],
            command: ['sleep', '8888'],
          },
        },
      },
    ],
  },
  {
    title: 'a service that extends another',
    files: [
      {
        services: {
          web: { extends: 'base', environment: { B: '2' } },
          base: { ...service, environment: { A: '1' }, cap_drop: ['CHOWN'] },
        },
      },
    ],
  },
  {
    title: 'a profile that is not active',
    files: [{ services: { web: service, tools: { ...service, profiles: ['tools'] } } }],
  },
  { title: 'cgroup, oom_score_adj and runtime limits', files: web({ oom_score_adj: 100, cpuset: '0' }) },
]
