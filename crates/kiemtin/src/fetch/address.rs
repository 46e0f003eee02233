//! Which addresses belong to the public internet: a pure table, with nothing asked of anybody.
//!
//! The blocks are those of IANA's special-purpose registries, plus multicast. For IPv6 only the
//! space that IANA gives out (2000::/3) can be public, so what lies outside it needs no row.
//! Not here: names (`names`), and what an operator allows all the same (`guard`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// IPv4 blocks that are not public: first address and length of the prefix.
const V4_SPECIAL: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),          // "this network"
    ([10, 0, 0, 0], 8),         // private
    ([100, 64, 0, 0], 10),      // shared by customers of a carrier
    ([127, 0, 0, 0], 8),        // loopback
    ([169, 254, 0, 0], 16),     // link-local, with every cloud's metadata service
    ([172, 16, 0, 0], 12),      // private
    ([192, 0, 0, 0], 24),       // protocol assignments
    ([192, 0, 2, 0], 24),       // documentation
    ([192, 31, 196, 0], 24),    // AS112
    ([192, 52, 193, 0], 24),    // AMT
    ([192, 88, 99, 0], 24),     // 6to4 relays, withdrawn
    ([192, 168, 0, 0], 16),     // private
    ([192, 175, 48, 0], 24),    // AS112
    ([198, 18, 0, 0], 15),      // benchmarks
    ([198, 51, 100, 0], 24),    // documentation
    ([203, 0, 113, 0], 24),     // documentation
    ([224, 0, 0, 0], 4),        // multicast
    ([240, 0, 0, 0], 4),        // reserved
    ([255, 255, 255, 255], 32), // broadcast
];

/// The only IPv6 space with public addresses.
const V6_GLOBAL_UNICAST: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// IPv6 blocks inside it that are not public all the same.
const V6_SPECIAL: &[([u16; 8], u32)] = &[
    // Protocol assignments. Teredo (2001::/32) is among them and refused whole, whatever IPv4
    // address hides in it; so are ORCHID and the benchmarks of 2001:2::/48.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), // AS112
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),     // documentation
];

/// Whether `ip` is an address of the public internet. An IPv6 address that carries an IPv4
/// address (mapped, NAT64, 6to4) is judged by what it carries, for that is where it leads.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => v4_is_public(ip),
        IpAddr::V6(ip) => inner_v4(ip).map_or_else(|| v6_is_public(ip), v4_is_public),
    }
}

fn v4_is_public(ip: Ipv4Addr) -> bool {
    let within = |&(first, n_bits): &([u8; 4], u32)| {
        let differing_bits = u32::from_be_bytes(first) ^ ip.to_bits();
        n_bits <= differing_bits.leading_zeros()
    };
    !V4_SPECIAL.iter().any(within)
}

fn v6_is_public(ip: Ipv6Addr) -> bool {
    let within = |&(first, n_bits): &([u16; 8], u32)| {
        let differing_bits = Ipv6Addr::from(first).to_bits() ^ ip.to_bits();
        n_bits <= differing_bits.leading_zeros()
    };
    within(&V6_GLOBAL_UNICAST) && !V6_SPECIAL.iter().any(within)
}

/// The IPv4 address that an IPv6 address leads to by translation.
fn inner_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => Some(joined(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(joined(high, low)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

/// The public addresses that this machine speaks from, so that the desk does not fetch itself
/// under another name. Nothing is sent: connecting a datagram socket only asks for a route.
pub fn own_addresses() -> Vec<IpAddr> {
    let speaks_from = |from: &str, to: &str| -> std::io::Result<IpAddr> {
        let socket = UdpSocket::bind(from)?;
        socket.connect(to)?;
        Ok(socket.local_addr()?.ip())
    };
    let routes =
        [speaks_from("0.0.0.0:0", "192.0.2.1:9"), speaks_from("[::]:0", "[2001:db8::1]:9")];
    // No route to one of the two internets is no error: then there is no address of ours in it.
    routes.into_iter().flatten().filter(|&it| is_public(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ips: &str, expected: bool) {
        for ip in ips.split_whitespace() {
            let parsed: IpAddr = ip.parse().expect("an address");
            assert_eq!(is_public(parsed), expected, "{ip}");
        }
    }

    #[test]
    fn the_first_and_last_address_of_every_special_ipv4_block_is_not_public() {
        check("0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255", false);
        check("127.0.0.0 127.0.0.1 127.255.255.255 169.254.0.0 169.254.169.254", false);
        check("169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.255", false);
        check("192.0.2.0 192.0.2.255 192.31.196.0 192.31.196.255 192.52.193.0", false);
        check("192.52.193.255 192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255", false);
        check("192.175.48.0 192.175.48.255 198.18.0.0 198.19.255.255 198.51.100.0", false);
        check("198.51.100.255 203.0.113.0 203.0.113.255 224.0.0.0 239.255.255.255", false);
        check("240.0.0.0 255.255.255.254 255.255.255.255", false);
    }

    #[test]
    fn their_neighbours_are_public() {
        check("1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255", true);
        check("128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0", true);
        check("191.255.255.255 192.0.1.0 192.0.3.0 192.31.195.255 192.31.197.0", true);
        check("192.52.192.255 192.52.194.0 192.88.98.255 192.88.100.0 192.167.255.255", true);
        check("192.169.0.0 192.175.47.255 192.175.49.0 198.17.255.255 198.20.0.0", true);
        check("198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255", true);
    }

    #[test]
    fn special_ipv6_blocks_are_not_public() {
        check(":: ::1 ::2 ::127.0.0.1 ::8.8.8.8 64:ff9b:1:: 64:ff9b:1:ffff::8.8.8.8", false);
        check("100:: 100::ffff 100:0:0:1:: 100:0:0:1:ffff:: 2001:: 2001:2:: 2001:10::", false);
        check("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8:: 2001:db8:ffff::1", false);
        check("2620:4f:8000:: 2620:4f:8000:ffff::1 3fff:: 3fff:fff:ffff::1 5f00::1", false);
        check("fc00:: fdff:ffff::1 fe80:: febf::1 fec0:: feff::1 ff00:: ff02::1 ffff::", false);
        check("1fff:ffff::1 4000::1 64:ff9c::8.8.8.8", false);
    }

    #[test]
    fn ordinary_ipv6_addresses_are_public() {
        check("2001:200::1 2001:db7:ffff::1 2001:db9::1 2003::1 2400:cb00::1", true);
        check("2606:4700:4700::1111 2620:4f:7fff::1 2620:4f:8001::1 2a00:1450::1", true);
        check("3ffe:ffff::1 3fff:1000::1", true);
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_address_decides() {
        check("::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0.0.0.0", false);
        check("64:ff9b::10.0.0.1 64:ff9b::127.0.0.1 64:ff9b::192.168.1.1", false);
        check("2002:7f00:1::1 2002:a00:1:: 2002:c0a8:101::1 2002:a9fe:a9fe::", false);
        check("::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1", true);
    }

    #[test]
    fn teredo_is_refused_whatever_it_carries() {
        // The client's address stands inverted in the last 32 bits: 10.0.0.1 and 8.8.8.8.
        check("2001:0:808:808::f5ff:fffe 2001:0:808:808::f7f7:f7f7", false);
    }
}
