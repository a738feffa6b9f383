// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { describe, expect, it } from 'vitest'
import { expectError, FILE, readRun } from './project.ts'

describe('runArgs', () => {
  it('sets what stays inside the container, in every form of writing', async () => {
    const runArgs = [
      ['--hostname', 'box', '-e', 'A=1', '-eB=2', '--env=C=x=y', '-e=D=4', '--env', 'E', '-e', 'F='],
      [
        '--label',
        'a=b',
        '-l',
        'c',
        '--user=1000',
        '--shm-size=64m',
        '-m',
        '2g',
        '--cpus',
        '1.5',
        '--pids-limit=-1',
      ],
      ['--ulimit', 'nofile=1024:2048', '--ulimit=core=-1', '--add-host=host.docker.internal:host-gateway'],
      ['--add-host', 'six=::1', '--dns', '1.1.1.1', '--cap-drop=ALL', '--cap-drop', 'NET_RAW', '--read-only'],
      ['--stop-signal', 'SIGINT', '--stop-timeout=0', '--init=false', '-p', '8080:80', '--publish=90'],
    ].flat()
    const run = await readRun({
      runArgs,
      containerEnv: { A: '0', G: 'g' },
      containerUser: 'root',
      init: true,
    })
    expect(run).toMatchObject({
      containerUser: '1000',
      init: false,
      containerEnv: { A: '1', B: '2', C: 'x=y', D: '4', E: '${localEnv:E}', F: '', G: 'g' },
      ports: [
        { container: 80, host: 8080, fixed: true },
        { container: 90, host: 90, fixed: false },
      ],
    })
    expect(run.options).toEqual({
      hostname: 'box',
      labels: { a: 'b', c: '' },
      shmSize: 64 * 2 ** 20,
      memory: 2 * 2 ** 30,
      cpus: 1.5,
      pidsLimit: -1,
      ulimits: [
        { name: 'nofile', soft: 1024, hard: 2048 },
        { name: 'core', soft: -1, hard: -1 },
      ],
      extraHosts: ['host.docker.internal:host-gateway', 'six:::1'],
      dns: ['1.1.1.1'],
      capDrop: ['ALL', 'NET_RAW'],
      readOnly: true,
      stopSignal: 'SIGINT',
      stopTimeout: 0,
    })
  })

  it('mounts volumes, folders of the project and tmpfs', async () => {
    const runArgs = [
      [
        '-v',
        'data:/data:ro',
        '-v',
        '${localWorkspaceFolder}/x:/x',
        '--volume=/anonymous',
        '-v',
        'v-${devcontainerId}:/v',
      ],
      ['--mount', 'type=volume,source=m,target=/m', '--tmpfs', '/run:rw,nosuid,size=1m', '--tmpfs=/tmp'],
      ['--tmpfs', '/e:exec,size=1m,mode=0755,uid=1000,gid=1000,nodev', '--tmpfs=/y:ro,suid,dev,nr_inodes=1'],
    ].flat()
    expect((await readRun({ runArgs })).mounts).toEqual([
      { kind: 'volume', source: 'data', target: '/data', readOnly: true },
      { kind: 'bind', source: '${localWorkspaceFolder}/x', target: '/x', readOnly: false },
      { kind: 'volume', source: expect.stringMatching(/^anonymous-/), target: '/anonymous', readOnly: false },
      { kind: 'volume', source: 'v-${devcontainerId}', target: '/v', readOnly: false },
      { kind: 'volume', source: 'm', target: '/m', readOnly: false },
      { kind: 'tmpfs', target: '/run', size: 2 ** 20 },
      { kind: 'tmpfs', target: '/tmp' },
      {
        kind: 'tmpfs',
        target: '/e',
        size: 2 ** 20,
        options: ['exec', 'mode=0755', 'uid=1000', 'gid=1000'],
      },
      { kind: 'tmpfs', target: '/y', options: ['ro', 'suid', 'dev', 'nr_inodes=1'] },
    ])
  })

  it.each([
    ['--privileged', { privileged: true }],
    ['--privileged=true', { privileged: true }],
    ['--privileged=false', {}],
    ['--cap-add=SYS_PTRACE', { capAdd: ['SYS_PTRACE'] }],
    ['--cap-add SYS_PTRACE', { capAdd: ['SYS_PTRACE'] }],
    ['--security-opt=seccomp=unconfined', { securityOpt: ['seccomp=unconfined'] }],
    ['--security-opt apparmor:unconfined', { securityOpt: ['apparmor=unconfined'] }],
    ['--device=/dev/fuse', { devices: [{ source: '/dev/fuse', target: '/dev/fuse', access: 'rwm' }] }],
    ['--device /dev/sda:/dev/x:r', { devices: [{ source: '/dev/sda', target: '/dev/x', access: 'r' }] }],
    ['--device /dev/kvm:rw', { devices: [{ source: '/dev/kvm', target: '/dev/kvm', access: 'rw' }] }],
    ['--network=host', { network: 'host' }],
    ['--net host', { network: 'host' }],
    ['--pid=host', { pid: 'host' }],
    ['--ipc container:x', { ipc: 'container:x' }],
    ['--uts=host', { uts: 'host' }],
    ['--userns=host', { userns: 'host' }],
    ['--cgroupns=host', { cgroupns: 'host' }],
    ['--gpus all', { gpus: 'all' }],
    ['--gpus "device=0,1"', { gpus: 'device=0,1' }],
    ['--runtime nvidia', { runtime: 'nvidia' }],
    ['--oom-score-adj=-500', { oomScoreAdj: -500 }],
    ['--device-cgroup-rule c_188:*_rmw', { deviceCgroupRules: ['c_188:*_rmw'] }],
    ['--sysctl net.core.somaxconn=1024', { sysctls: { 'net.core.somaxconn': '1024' } }],
  ])('takes %s, which has to be granted', async (written, options) => {
    expect((await readRun({ runArgs: written.split(' ') })).options).toEqual(options)
  })

  it.each([
    ['--whatever', 'runArgs: --whatever'],
    ['--constructor', 'runArgs: --constructor'],
    ['-X', 'runArgs: -X'],
  ])('refuses %s by allow-list', async (option, key) => {
    await expectError(readRun({ runArgs: [option] }), 'definition-unsupported', { key })
  })

  it('never takes a value for an option, nor an option for a value by substitution', async () => {
    const run = await readRun({ runArgs: ['--hostname', '--privileged'] })
    expect(run.options).toEqual({ hostname: '--privileged' })
    await expectError(readRun({ runArgs: ['${localEnv:X}'] }, { X: '--privileged' }), 'definition-invalid')
  })

  it.each([
    [['--memory'], '"--memory" needs a value'],
    [['--memory', 'much'], '"much" is not a size'],
    [['--security-opt', 'unconfined'], '"unconfined" is not an option'],
    [['--device', 'sda'], '"sda" is not a device'],
    [['--device', '/dev/a:/dev/b:/dev/c'], 'is not a device'],
    [['--cpus=0'], '"--cpus" needs a number, not "0"'],
    [['--stop-timeout=-1'], '"--stop-timeout" needs a number'],
    [['--pids-limit=1.5'], '"--pids-limit" needs a number'],
    [['--init=maybe'], '"--init" must be true or false'],
    [['--ulimit', 'nofile'], '"nofile" is not a limit'],
    [['--add-host', 'db'], '"db" is not a host'],
    [['-e', '=1'], '"--env =1" has no name'],
    [['-l', '__proto__=1'], '"__proto__" is not a key that can be used'],
    [['-e', '${localEnv:X}=1'], 'has no name'],
    [['debian'], '"debian" is not an option of "docker run"'],
    [['--'], '"--" is not an option of "docker run"'],
    [['-v', 'a:/b:ro:x'], 'is not a volume'],
    [['-v', './a:/b'], "a bind mount's source must be absolute"],
    [['--user='], '"--user" needs a value'],
    [['--tmpfs', '/run:size=1m:x'], 'is not a tmpfs'],
    [['--env-file='], '"--env-file" needs a value'],
    [['--memory-swap', '-2'], '"-2" is not a size'],
    [['--memory-swappiness=101'], '"--memory-swappiness" needs a number, not "101"'],
    [['--sysctl', '=1'], '"--sysctl =1" has no name'],
  ])('refuses %j with its place', async (runArgs, problem) => {
    await expectError(readRun({ runArgs }), 'definition-invalid', {
      file: FILE,
      line: 4,
      column: 5,
      problem: expect.stringContaining(problem),
    })
  })

  it.each([
    [['-v', 'a:/b:z'], 'volume option z'],
    [['--security-opt', 'seccomp=profile.json'], 'security option seccomp=profile.json'],
    [['--security-opt', 'systempaths=unconfined'], 'security option systempaths=unconfined'],
    [['--network', 'name=x,alias=y'], 'runArgs: --network name=x,alias=y'],
    [['--tmpfs', '/run:shared'], 'tmpfs option shared'],
    [['--tmpfs', '/run:mode=rwx'], 'tmpfs option mode=rwx'],
    [['--gpus', 'all,capabilities=utility'], 'runArgs: --gpus all,capabilities=utility'],
  ])('does not support %j', async (runArgs, key) => {
    await expectError(readRun({ runArgs }), 'definition-unsupported', { key })
  })
})
