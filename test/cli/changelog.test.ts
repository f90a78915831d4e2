import { projectFile } from '../containers/compose-file';

const changeLog = projectFile('CHANGELOG.md');

describe('CHANGELOG.md', () => {
  it('begins with what is not released yet, then one section for each version', () => {
    const [first, ...releases] = [...changeLog.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(first).toBe('[Unreleased]');
    for (const release of releases) expect(release).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
  });

  it('uses only the headings that CONTRIBUTING.md names', () => {
    const headings = [...changeLog.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading ?? '');
    const contributing = projectFile('CONTRIBUTING.md');
    expect(headings.length).toBeGreaterThan(0);
    for (const heading of headings) expect(contributing).toContain(`*${heading}*`);
  });
});
