import fc from 'fast-check';
import { test } from 'tap';
import { differsByMember, parseTemplate } from '../../../common/domain/config-template.ts';
import { renderTemplate, type TemplateMember } from '../../../common/domain/render-template.ts';

const member = (ordinal: number): TemplateMember => ({
  name: `zk-${ordinal}`,
  ordinal,
  zone: 'us-east-1a',
  staticIp: `10.0.1.${ordinal}`,
  dnsName: `zk-${ordinal}.c1.com`,
});
const service = {
  ...{ cluster: 'c1', name: 'zk', namespace: 'data', domain: 'c1.com', replicas: 3 },
  ports: [{ name: 'peer', containerPort: 2888 }],
  members: [member(0), member(1), member(2)],
};
const render = (text: string, ordinal = 1): string => renderTemplate(parseTemplate(text), service, member(ordinal));

test('puts the values of the member, of the service, of its ports and of all members in', async (t) => {
  t.equal(
    render(
      '{{member.name}} {{member.ordinal}} {{member.number}} {{ member.staticIp }} {{member.dnsName}} {{member.zone}}',
    ),
    'zk-1 1 2 10.0.1.1 zk-1.c1.com us-east-1a',
  );
  t.equal(
    render(
      '{{service.cluster}}/{{service.namespace}}/{{service.name}} {{service.domain}} {{service.replicas}}:{{port.peer}}',
    ),
    'c1/data/zk c1.com 3:2888',
  );
  t.equal(
    render('{{members.names}} {{peers.staticIps}} {{members.dnsNames}}'),
    'zk-0,zk-1,zk-2 10.0.1.0,10.0.1.2 zk-0.c1.com,zk-1.c1.com,zk-2.c1.com',
  );
});

test('goes through members and peers, and takes away the lines that hold nothing but a list’s tag', async (t) => {
  const text = 'a\n  {{#members}}\nserver.{{each.number}}={{each.dnsName}} of {{member.name}}\n{{/members}} \r\nb\n';
  t.equal(
    render(text),
    'a\nserver.1=zk-0.c1.com of zk-1\nserver.2=zk-1.c1.com of zk-1\nserver.3=zk-2.c1.com of zk-1\nb\n',
  );
  t.equal(render('[{{#peers}}<{{each.name}}>{{/peers}}]'), '[<zk-0><zk-2>]');
  t.equal(render('{{#peers}}\n{{each.name}}\n{{/peers}}'), 'zk-0\nzk-2\n');
});

test('leaves two braces behind a backslash as they are, and one backslash of two', async (t) => {
  t.equal(
    render('\\{{member.name}} \\{{ }} \\\\{{member.name}} {x} }} \\n'),
    '{{member.name}} {{ }} \\zk-1 {x} }} \\n',
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', '\n', 'a', ' ', '#') }), (text) => {
      const escaped = text.replace(/\{\{/g, '\\{{');
      const { parts, faults } = parseTemplate(escaped);
      return faults.length > 0 ? /\{\{\{/.test(text) : renderTemplate({ parts }, service, member(0)) === text;
    }),
  );
});

test('tells every fault of a template with its place', async (t) => {
  const faults = (text: string) =>
    parseTemplate(text).faults.map(({ at, message }) => `${at.line}:${at.column} ${message}`);
  t.match(faults('a\n b {{x\n}}'), [/^2:4 this \{\{ has no \}\} on its line/]);
  t.match(faults('{{#x}}{{/peers}}'), ['1:1 there is no list x', '1:7 {{/peers}} ends no list that is open here']);
  t.match(faults('{{#members}}{{#peers}}'), ['1:13 a list inside the list members', '1:1 {{#members}} has no end']);
  t.match(faults('{{{member.name}}}'), [/^1:1 this/]);
});

test('knows whether members have texts of their own', async (t) => {
  for (const text of [
    '{{member.name}}',
    '{{peers.names}}',
    '{{#peers}}{{/peers}}',
    '{{#members}}{{member.name}}{{/members}}',
  ]) {
    t.equal(differsByMember(parseTemplate(text)), true, text);
  }
  for (const text of [
    'x',
    '\\{{member.name}}',
    '{{members.names}}',
    '{{#members}}{{each.name}}{{/members}}',
    '{{port.peer}}',
  ]) {
    t.equal(differsByMember(parseTemplate(text)), false, text);
  }
});
