-- Posts accounts whose login begins with BENCH_PREFIX, each login once. The body is that of data.new_user().
dofile(os.getenv("BENCH_WRK") .. "/report.lua")

local number, path, prefix = 0, nil, os.getenv("BENCH_PREFIX")
local fixed = '","display_name":"Новый Person","first_name":"New","last_name":"Person",'
  .. '"company":"Альфа","mobile_phone":"+7 900 0000000"}'
local headers = { ["Content-Type"] = "application/json" }

init = function()
  path = io.open(os.getenv("BENCH_PATHS")):read("*l")
end

request = function()
  number = number + 1
  local login = prefix .. number
  local body = '{"login_name":"' .. login .. '","password":"correct horse battery","email":"'
    .. login .. "@new.example" .. fixed
  return wrk.format("POST", path, headers, body)
end
