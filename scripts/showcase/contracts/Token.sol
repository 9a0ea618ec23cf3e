// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Fungible token with the ERC-20 interface and ERC-2612 permits. The issuer mints.
contract Token {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    error NotIssuer();
    error BalanceTooLow(address owner, uint256 has, uint256 needs);
    error AllowanceTooLow(address owner, address spender);
    error PermitExpired();
    error BadSignature();

    bytes32 private constant PERMIT_TYPE =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant DOMAIN_TYPE = keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");

    address public immutable issuer;
    bytes32 public immutable symbol;
    uint8 public immutable decimals;

    uint256 public totalSupply;
    mapping(address owner => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address owner => uint256) public nonces;

    constructor(bytes32 symbol_, uint8 decimals_) {
        issuer = msg.sender;
        symbol = symbol_;
        decimals = decimals_;
    }

    function mint(address[] calldata owners, uint256[] calldata amounts) external {
        if (msg.sender != issuer) revert NotIssuer();
        uint256 added;
        for (uint256 i = 0; i < owners.length; ++i) {
            balanceOf[owners[i]] += amounts[i];
            added += amounts[i];
            emit Transfer(address(0), owners[i], amounts[i]);
        }
        totalSupply += added;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 left = allowance[from][msg.sender];
        if (left != type(uint256).max) {
            if (left < value) revert AllowanceTooLow(from, msg.sender);
            unchecked {
                allowance[from][msg.sender] = left - value;
            }
        }
        move(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        grant(msg.sender, spender, value);
        return true;
    }

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        if (block.timestamp > deadline) revert PermitExpired();
        bytes32 content = keccak256(abi.encode(PERMIT_TYPE, owner, spender, value, nonces[owner]++, deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain(), content));
        address signer = ecrecover(digest, v, r, s);
        if (signer == address(0) || signer != owner) revert BadSignature();
        grant(owner, spender, value);
    }

    function domain() public view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, keccak256(abi.encodePacked(symbol)), block.chainid, address(this)));
    }

    function move(address from, address to, uint256 value) private {
        uint256 has = balanceOf[from];
        if (has < value) revert BalanceTooLow(from, has, value);
        unchecked {
            balanceOf[from] = has - value;
            balanceOf[to] += value;
        }
        emit Transfer(from, to, value);
    }

    function grant(address owner, address spender, uint256 value) private {
        allowance[owner][spender] = value;
        emit Approval(owner, spender, value);
    }
}
