/** The files of a project that serves a page at once. `mark` makes its image one of its own. */
export const webProject = (mark: string, run = 'RUN true'): Record<string, string> => ({
  '.devcontainer/devcontainer.json': JSON.stringify(
    {
      build: { dockerfile: '../Dockerfile', context: '..' },
      overrideCommand: false,
      forwardPorts: [8080],
    },
    null,
    2,
  ),
  Dockerfile: [
    'FROM busybox:1.36',
    'WORKDIR /srv',
    'COPY page.html ./',
    run,
    'CMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/srv"]',
    '',
  ].join('\n'),
  'page.html': `<h1>${mark}</h1>\n`,
})
