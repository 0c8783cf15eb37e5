import { test } from 'tap';
import { faultLines, fileWith } from './read.ts';

const conf = (content: string, more = ''): string[] =>
  faultLines(
    fileWith({}, `${more}configFiles:\n  - name: a.conf\n    content: |\n${content.replace(/^/gm, '      ')}\n`),
  );

test('tells what is wrong with the values of a config file, each with its line and column in the service file', async (t) => {
  t.match(conf('ok\nbind {{member.staticip}}\n{{#members}}\n{{each.nam}}\n'), [
    '10:12 configFiles[0].content: {{member.staticip}} is no value: did you mean {{member.staticIp}}?',
    '11:7 configFiles[0].content: {{#members}} has no end',
    '12:7 configFiles[0].content: {{each.nam}} is no value: did you mean {{each.name}}?',
  ]);
  t.match(conf('{{ .Values.x }}'), [
    /^9:7 .*\{\{\.Values\.x\}\} is no value: there are member\.name, .*; \\\{\{ is two braces/,
  ]);
  t.match(conf('{{each.name}}'), [/^9:7 .*stands in no list/]);
});

test('takes only values that the members of the service have', async (t) => {
  const ports = 'ports: [{ name: client, containerPort: 1 }]\n';
  t.match(conf('{{member.staticIp}} {{peers.staticIps}}'), [
    /^9:7 .*staticIp: true only/,
    /^9:27 .*staticIp: true only/,
  ]);
  t.match(conf('{{members.dnsNames}}', 'registerDns: false\n'), [/^10:7 .*registerDns: false/]);
  t.match(conf('{{port.peer}}', ports), [/\{\{port\.peer\}\} is no value/]);
  t.strictSame(conf('{{port.client}} {{member.dnsName}} \\{{x}}', ports), []);
  t.strictSame(
    conf('{{member.staticIp}}', 'staticIp: true\nzones: [us-east-1a]\n').filter((line) => line.includes('content')),
    [],
  );
});

test('says where in the text it is when the text is not written line by line', async (t) => {
  t.match(faultLines(fileWith({}, 'configFiles: [{ name: a, content: "x\\ny {{z}}" }]\n')), [
    /^6:35 configFiles\[0\]\.content: line 2, column 3 of the text: \{\{z\}\} is no value/,
  ]);
  const alias = 'configFiles:\n  - { name: a, content: &c "{{z}}" }\n  - { name: b, content: *c }\n';
  t.match(faultLines(fileWith({}, alias)), [/^7:28 .*column 1 of/, /^8:25 .*column 1 of/]);
});
