import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { pristine } from './command.ts'
import { devcontainer, testProject } from './test-project.ts'

async function archive(text: string): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'devcontainer-feature.json' }, JSON.stringify({ id: 'tool', version: '1.0.0' }))
  tar.entry({ name: 'install.sh', mode: 0o755 }, `#!/bin/sh\necho ${text} >/tool\n`)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

const OPENSSL = '/usr/bin/openssl'

test.skipIf(!existsSync(OPENSSL))(
  'a feature of an archive is downloaded over TLS, by a certificate that the system trusts, and locked',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pristine-tls-'))
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1']
    execFileSync(OPENSSL, [...made, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    })
    let held = await archive('one')
    let asked = 0
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, answer) => {
      asked += 1
      answer.end(held)
    })
    try {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/devcontainer-feature-tool.tgz`
      await using project = await testProject(
        devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', features: { [url]: {} } }),
      )
      const refused = await pristine(project, 'up')
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain(`${url} could not be downloaded.`)
      expect(refused.stderr).toMatch(/certificate/)

      project.env['NODE_EXTRA_CA_CERTS'] = cert
      expect((await pristine(project, 'up')).code).toBe(0)
      expect((await pristine(project, 'exec', 'cat', '/tool')).stdout).toBe('one\n')
      expect(asked).toBe(1)
      const lock = readFileSync(path.join(project.folder, '.devcontainer/pristine.lock'), 'utf8')
      expect(JSON.parse(lock)).toMatchObject({ features: { [url]: { resolved: url, version: '1.0.0' } } })

      // Another content at the same address is no part of a locked version.
      held = await archive('two')
      rmSync(path.join(project.env['PRISTINE_HOME'] ?? '', 'features'), { recursive: true })
      const changed = await pristine(project, 'up')
      expect(changed.stderr).toContain('no longer has the locked content')
      expect(changed.stderr).toContain(`pristine lock --update ${url}`)
    } finally {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
