// An independent terminal: the npm package iso_8583 on Node's own sockets. Prints one JSON line per step.
// It writes text with a binary bitmap behind a two-byte length.
const net = require('net');
const Iso = require('iso_8583');

const place = { 41: 'NODE0001', 42: 'NODEMERCHANT001' };
const card = { 2: '4761739001010119', 14: '2912', 22: '051', 25: '00' };
const totals = { 74: '0000000000', 75: '0000000000', 76: '0000000002', 77: '0000000000',
  86: '0000000000000000', 87: '0000000000000000', 88: '0000000000013300', 89: '0000000000000000' };
const steps = [
  ['sign-on', { 0: '0800', 7: '0615100000', 11: '000001', 70: '001', ...place }],
  ['sale', { 0: '0200', ...card, 3: '000000', 4: '000000012800', 7: '0615100100', 11: '000002', 49: '156', ...place }],
  ['lost-sale', { 0: '0200', ...card, 3: '000000', 4: '000000000700', 7: '0615100200', 11: '000003', 49: '156', ...place }],
  ['reversal', { 0: '0400', ...card, 3: '000000', 4: '000000000700', 7: '0615100300', 11: '000004', 49: '156',
    90: '0200' + '000003' + '0615100200' + '0'.repeat(22), ...place }],
  ['unbalanced', { 0: '0500', 7: '0615220000', 11: '000005', 50: '156', ...totals, ...place }],
  ['upload', { 0: '0320', 3: '000000', 4: '000000012800', 7: '0615220100', 11: '000002', 49: '156', ...place }],
  ['upload-offline', { 0: '0320', 3: '000000', 4: '000000000500', 7: '0615220200', 11: '000006', 49: '156', ...place }],
  ['balanced', { 0: '0500', 7: '0615220300', 11: '000007', 50: '156', ...totals, ...place }],
];

const socket = net.connect(Number(process.argv[2]), '127.0.0.1');
let rest = Buffer.alloc(0);
let at = 0;

function next() {
  if (at === steps.length) {
    socket.end();
    return;
  }
  const message = new Iso(steps[at][1]).getBufferMessage();
  if (message.error) {
    console.error(steps[at][0], message.error);
    process.exit(1);
  }
  socket.write(message);
}

socket.on('connect', next);
socket.on('data', (data) => {
  rest = Buffer.concat([rest, data]);
  while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
    const size = 2 + rest.readUInt16BE(0);
    const told = new Iso().getIsoJSON(rest.subarray(0, size));
    rest = rest.subarray(size);
    if (told.error) {
      console.error(steps[at][0], told.error);
      process.exit(1);
    }
    console.log(JSON.stringify([steps[at][0], told['0'], ...['39', '66', '76', '88'].map((no) => told[no] || null)]));
    at += 1;
    next();
  }
});
