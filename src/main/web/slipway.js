'use strict';
const API = '/api/v1/';
const LIVE_ROWS = 60;
const TREND = 24;
const WELL = ['running', 'prefix given', 'the mote answers again', 'the mote is heard'];
const nodes = new Map();
let pages = 1;
let clockAhead = 0;
let dirty = false;
let paused = false;

const $ = id => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fill(id, lines) {
  $(id).replaceChildren(...lines.map(([text, className]) => element('li', text, className)));
}

function duration(seconds) {
  if (seconds < 0) return '0 s';
  if (seconds < 120) return Math.round(seconds) + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  if (seconds < 172800) return Math.round(seconds / 3600) + ' h';
  return Math.round(seconds / 86400) + ' days';
}

function bytes(n) {
  return n < 1 << 20 ? Math.round(n / 1024) + ' kB' : (n / (1 << 20)).toFixed(1) + ' MB';
}

async function get(path) {
  const answer = await fetch(API + path, { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(answer.status + ' ' + answer.statusText);
  return answer.json();
}

/* State */

function showStatus(status) {
  clockAhead = status.now - Date.now();
  document.title = 'Slipway ' + status.id;
  $('gateway').textContent = status.id;
  const wrong = [];
  const line = (text, isWell, what) => {
    if (!isWell) wrong.push(what || text);
    return [text, isWell ? '' : 'bad'];
  };
  fill('meshes', status.meshes.flatMap(m => [line(m.name + ': ' + m.state, WELL.includes(m.state)),
    ...(m.link ? [line('link: ' + m.link, m.link === 'open', m.name + ', link: ' + m.link)] : [])]));
  const store = status.store;
  const lines = [line('the database is ' + store.state, store.state === 'open')];
  if (store.max_readings) {
    lines.push([bytes(store.used_bytes) + ' of ' + bytes(store.max_bytes) + ' in use'],
      ['room for ' + store.max_readings.toLocaleString('en') + ' readings']);
  }
  if (store.time_to_full_s !== undefined) {
    lines.push(['full in ' + duration(store.time_to_full_s) + ' without an uplink']);
  }
  fill('store', lines);
  fill('upstreams', status.upstreams.length ? status.upstreams.flatMap(u => [
    line(u.name + ': ' + (u.state || 'not yet'), !u.state || u.state.startsWith('connect')),
    ['backlog ' + u.backlog.toLocaleString('en') + (u.backlog === 0 ? '' : u.time_to_drain_s !== undefined
      ? ', gone in ' + duration(u.time_to_drain_s) : ', not becoming less')]]) : [['none is configured', 'soft']]);
  $('peers-card').hidden = !status.peers;
  if (status.peers) fill('peers', status.peers.map(p => line(p.name + ': ' + p.state + ' for '
    + duration((status.now - p.since_ms) / 1000) + (p.lag_records ? ', ' + p.lag_records.toLocaleString('en')
      + ' readings behind' : ''), p.state !== 'down', 'peer ' + p.name + ': down')));
  const about = [['up ' + duration(status.uptime_s)], ['version ' + status.version], ['epoch ' + status.epoch]];
  if (status.last_stop) about.push(['last stop: ' + status.last_stop.reason]);
  if (status.states.watchdog) about.push(line('watchdog: ' + status.states.watchdog,
    !status.states.watchdog.startsWith('stuck')));
  fill('about', about);
  fill('errors', status.errors.length ? status.errors.slice().reverse().map(e => [e.count + ' times, last '
    + new Date(e.last).toISOString().replace('T', ' ').slice(0, 19) + ' UTC: ' + e.error])
    : [['Nothing that is remembered.', 'soft']]);
  verdict(wrong.length ? 'Look here: ' + wrong.join('; ') : 'All is well.', wrong.length === 0);
}

function verdict(text, isWell) {
  const shown = $('verdict');
  if (shown.textContent !== text) shown.textContent = text;
  shown.className = 'verdict ' + (isWell ? 'good' : 'bad');
}

/* Nodes */

function valueOf(reading) {
  if (!reading) return '';
  return reading.value !== undefined ? String(reading.value) : '0x' + reading.hex;
}

function trendOf(numbers) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'trend');
  svg.setAttribute('viewBox', '0 0 96 24');
  svg.setAttribute('role', 'img');
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  svg.setAttribute('aria-label', numbers.length + ' values from ' + least + ' to ' + most);
  const points = numbers.map((n, i) => (2 + 92 * i / (TREND - 1)).toFixed(1) + ','
    + (most === least ? 12 : 21 - 18 * (n - least) / (most - least)).toFixed(1));
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
  line.setAttribute('points', points.join(' '));
  svg.append(line);
  return svg;
}

function rowOf(node) {
  const row = element('tr');
  row.append(element('th', node.node, 'name'), element('td', node.online ? 'online' : 'offline',
    node.online ? 'good' : 'bad'), element('td', valueOf(node.last), 'value' + (node.fresh ? ' fresh' : '')),
    element('td', node.last ? node.last.source : ''),
    element('td', duration((Date.now() + clockAhead - node.last_seen) / 1000) + ' ago'),
    element('td', node.hops < 0 ? '–' : node.hops));
  row.firstChild.scope = 'row';
  row.children[2].title = valueOf(node.last);
  const trend = element('td');
  if (node.trend && node.trend.length > 1) trend.append(trendOf(node.trend));
  row.append(trend);
  node.fresh = false;
  return row;
}

function drawNodes() {
  dirty = false;
  const all = [...nodes.values()];
  $('node-rows').replaceChildren(...all.map(rowOf));
  const list = $('node-list');
  if (list.childElementCount !== all.length) {
    list.replaceChildren(...all.map(node => {
      const option = element('option');
      option.value = node.node;
      return option;
    }));
  }
}

async function loadNodes() {
  let cursor = '';
  let answer;
  const found = [];
  for (let page = 0; page < pages && cursor !== undefined; page++) {
    answer = await get('nodes?limit=100' + (cursor ? '&cursor=' + cursor : ''));
    found.push(...answer.nodes);
    cursor = answer.next;
  }
  nodes.clear();
  for (const node of found) nodes.set(node.node, node);
  $('more').hidden = cursor === undefined;
  $('node-count').textContent = answer.count === 0 ? 'No nodes yet.'
    : nodes.size === answer.count ? answer.count + (answer.count === 1 ? ' node' : ' nodes')
      : nodes.size + ' of ' + answer.count + ' nodes';
  drawNodes();
}

/* Live */

function heard(reading) {
  const node = nodes.get(reading.node);
  if (node) {
    node.last = reading;
    node.last_seen = Date.now() + clockAhead;
    node.online = true;
    node.fresh = true;
    if (typeof reading.value === 'number' && (!node.trend_source || node.trend_source === reading.source)) {
      node.trend_source = reading.source;
      node.trend = [...(node.trend || []), reading.value].slice(-TREND);
    }
    dirty = true;
  }
  if (paused) return;
  const log = $('live');
  log.prepend(element('li', reading.at.slice(11, 19) + ' ' + reading.node + ' ' + reading.source + '  '
    + valueOf(reading)));
  while (log.childElementCount > LIVE_ROWS) log.lastChild.remove();
}

function listen() {
  const source = new EventSource(API + 'live');
  source.onopen = () => { $('live-state').textContent = 'Following.'; };
  source.onerror = () => { $('live-state').textContent = 'The connection is lost; trying again.'; };
  source.addEventListener('reading', event => heard(JSON.parse(event.data)));
  source.addEventListener('command', event => showCommand(JSON.parse(event.data)));
  source.addEventListener('lost', event => {
    $('live-state').textContent = 'Following; ' + JSON.parse(event.data).lost + ' events did not come through.';
  });
}

/* Commands */

const commands = new Map();

function showCommand(command) {
  const key = command.node + '/' + (command.id || command.at);
  commands.delete(key);
  commands.set(key, command);
  while (commands.size > 10) commands.delete(commands.keys().next().value);
  $('commands').replaceChildren(...[...commands.values()].reverse().map(c => {
    const answer = c.report.value !== undefined ? ' ' + c.report.value : c.report.hex ? ' 0x' + c.report.hex : '';
    return element('li', c.node + ' ' + c.to + ': ' + c.report.state + answer
      + (c.report.reason ? ', ' + c.report.reason : ''), c.report.state === 'refused' || c.report.state === 'failed'
      ? 'bad' : '');
  }));
}

async function send(event) {
  event.preventDefault();
  const said = $('command-result');
  said.className = '';
  said.textContent = 'Sending …';
  try {
    const answer = await fetch(API + 'commands', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ node: $('node').value.toLowerCase(), to: $('to').value, value: $('value').value }) });
    const body = await answer.json();
    if (answer.ok) {
      said.textContent = 'The gateway has it: ' + body.command.report.state + '.';
    } else {
      said.className = 'bad';
      said.textContent = body.command ? 'Refused: ' + body.command.report.reason + '.'
        : body.title + ': ' + body.detail;
    }
  } catch (failed) {
    said.className = 'bad';
    said.textContent = 'The gateway does not answer.';
  }
}

/* The clock of the page: nothing is asked while nobody looks. */

async function refresh(what, show) {
  if (document.hidden) return;
  try {
    await show(await what());
  } catch (failed) {
    verdict('The gateway does not answer: ' + failed.message, false);
  }
}

const status = () => refresh(() => get('status'), showStatus);
const list = () => refresh(loadNodes, () => undefined);

$('command-form').addEventListener('submit', send);
$('pause').addEventListener('click', () => {
  paused = !paused;
  $('pause').setAttribute('aria-pressed', paused);
});
$('aloud').addEventListener('change', () => {
  $('live').setAttribute('aria-live', $('aloud').checked ? 'polite' : 'off');
});
$('more').addEventListener('click', () => {
  pages++;
  list();
});
document.addEventListener('visibilitychange', () => {
  status();
  list();
});
setInterval(status, 5000);
setInterval(list, 15000);
setInterval(() => { if (dirty) drawNodes(); }, 500);
status().then(list);
get('commands').then(all => all.commands.slice().reverse().forEach(showCommand), () => undefined);
listen();
