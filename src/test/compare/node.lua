-- One node of a Tarantool cluster in which every node is a master. Arguments: its number, how many there are.
-- Commands come as lines on standard input, answers go to standard output.
local me, nodes = tonumber(arg[1]), tonumber(arg[2])
local fio = require('fio')
local clock = require('clock')

local peers = {}
for i = 1, nodes do
    peers[i] = 'replica:secret@10.99.0.' .. i .. ':3301'
end

box.cfg{
    listen = '10.99.0.' .. me .. ':3301',
    replication = peers,
    -- Enough of them to elect who sets the cluster up.
    replication_connect_quorum = nodes,
    replication_connect_timeout = 30,
    replication_timeout = 1,
    -- Durable when it says so, as the other side of the comparison is.
    wal_mode = 'fsync',
    read_only = me ~= 1,
    log = 'tarantool.log',
}
-- One sets the cluster up, the others learn of it.
box.once('readings', function()
    box.schema.user.create('replica', {password = 'secret', if_not_exists = true})
    box.schema.user.grant('replica', 'replication', nil, nil, {if_not_exists = true})
    local readings = box.schema.space.create('readings')
    readings:create_index('identity', {parts = {{1, 'string'}, {2, 'string'}, {3, 'unsigned'}}})
end)
box.cfg{read_only = false}

local seq = 0
local commands = {}

-- As many readings as asked for, 64 a transaction, the number that the gateways commit together.
function commands.write(count)
    local readings = box.space.readings
    local payload = string.rep('x', 20)
    local done = 0
    while done < count do
        box.begin()
        for _ = 1, math.min(64, count - done) do
            seq = seq + 1
            readings:insert{'gw-0' .. me, '1-0000000' .. me, seq, clock.time64() / 1000000ULL, '0012740000000001',
                'udp/5683', payload .. string.format('%06d', seq)}
            done = done + 1
        end
        box.commit()
        require('fiber').yield()
    end
    return done
end

function commands.count()
    return box.space.readings:len()
end

function commands.memory()
    for line in io.lines('/proc/self/status') do
        local kib = line:match('^VmRSS:%s+(%d+)')
        if kib then
            return tonumber(kib)
        end
    end
end

print('ready')
io.stdout:flush()
local socket = require('socket')
fio.unlink('control')
local server = socket.tcp_server('unix/', 'control', function(connection)
    local line = connection:read('\n')
    local name, argument = line:match('^(%a+)%s*(%d*)')
    connection:write(tostring(commands[name](tonumber(argument))) .. '\n')
end)
if not server then
    error('no control socket')
end
